// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QPlainTextEdit>

namespace Retryscope {

//! \brief An editor that takes no more than it can show without freezing the window; see
//! isEditable(). What is refused changes nothing, and stays in the clipboard.
class TextEdit final : public QPlainTextEdit
{
    Q_OBJECT
public:
    using QPlainTextEdit::QPlainTextEdit;

Q_SIGNALS:
    //! Text was pasted or dropped that is too long: a sentence for people.
    void refused(const QString &sentence);

protected:
    void insertFromMimeData(const QMimeData *source) override;
};

} // namespace Retryscope
