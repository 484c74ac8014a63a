// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QFrame>

QT_BEGIN_NAMESPACE
class QLabel;
class QToolButton;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief A line across the window for what belongs to no field: a file that cannot be read, say.
//! It never blocks, and stays until it is closed or replaced.
class MessageBar final : public QFrame
{
    Q_OBJECT
public:
    enum class Kind { Remark, Mistake };

    explicit MessageBar(QWidget *parent = nullptr);

    void showMessage(Kind kind, const QString &text);
    void clear();
    QString text() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QLabel *m_label;
    QToolButton *m_close;
    Kind m_kind = Kind::Remark;
};

} // namespace Retryscope
