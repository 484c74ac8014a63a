// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QWidget>

#include <array>

QT_BEGIN_NAMESPACE
class QLabel;
class QPlainTextEdit;
QT_END_NAMESPACE

namespace Retryscope {

struct AttemptDigest;

//! \brief The assembled answer, with lanes of their own for reasoning, tool calls and refusals
//! where there are any.
class AnswerView final : public QWidget
{
    Q_OBJECT
public:
    //! More than this is not shown: laying out one endless paragraph would freeze the window.
    static constexpr qsizetype MostCharacters = 200'000;

    explicit AnswerView(QWidget *parent = nullptr);

    //! Appends what is new; another attempt replaces everything. Null: nothing.
    void show(const AttemptDigest *digest);
    //! Selects the next place of \a text in the answer, from the top again at its end.
    bool find(const QString &text);

private:
    struct Lane
    {
        QLabel *label = nullptr;
        QPlainTextEdit *edit = nullptr;
        qsizetype shown = 0;
    };

    Lane makeLane(const QString &title, const QString &accessibleName);
    static void append(Lane *lane, const QString &text);
    void clear();

    std::array<Lane, 4> m_lanes;
    QLabel *m_bound;
    int m_attempt = 0;
};

} // namespace Retryscope
