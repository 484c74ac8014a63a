// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QFrame>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief How a run ended, or what it is doing, in a sentence.
class VerdictLine final : public QFrame
{
    Q_OBJECT
public:
    enum class State { Idle, Running, Good, Bad };

    explicit VerdictLine(QWidget *parent = nullptr);

    void setVerdict(State state, const QString &sentence, bool simulated = false);
    QString sentence() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QColor stateColor() const;
    void paintMark(QPainter *painter) const;

    QLabel *m_label;
    State m_state = State::Idle;
    bool m_simulated = false;
};

} // namespace Retryscope
