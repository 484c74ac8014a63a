// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>

QT_BEGIN_NAMESPACE
class QPlainTextEdit;
QT_END_NAMESPACE

namespace Retryscope {

//! The text of an editor as it was typed. QPlainTextEdit::toPlainText() turns no-break spaces into
//! spaces, which would change what is sent.
QString plainText(const QPlainTextEdit *edit);
//! Replaces the text as one step that can be undone; does nothing where it is the same.
void setPlainText(QPlainTextEdit *edit, const QString &text);

} // namespace Retryscope
