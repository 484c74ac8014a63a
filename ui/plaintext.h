// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>

QT_BEGIN_NAMESPACE
class QPlainTextEdit;
QT_END_NAMESPACE

namespace Retryscope {

//! In UTF-16 units: Qt's editors take half a second over a megabyte in one line, at every key.
constexpr qsizetype LongestLine = 200'000;
//! Likewise, of all lines.
constexpr qsizetype MostCharacters = 4'000'000;

//! Whether an editor can show \a text without freezing the window.
bool isEditable(QStringView text);

//! "This request is too long to be shown here (5 MB). It is sent as it is.": for one that is not.
QString tooLongWords(const QString &text);

//! The text of an editor as it was typed. QPlainTextEdit::toPlainText() turns no-break spaces into
//! spaces, which would change what is sent.
QString plainText(const QPlainTextEdit *edit);
//! Replaces the text as one step that can be undone; does nothing where it is the same.
void setPlainText(QPlainTextEdit *edit, const QString &text);

} // namespace Retryscope
