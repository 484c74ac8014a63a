// SPDX-License-Identifier: MIT
#include "ui/composer/textedit.h"

#include "ui/plaintext.h"

#include <QtCore/QLocale>
#include <QtCore/QMimeData>
#include <QtGui/QTextBlock>

namespace Retryscope {

void TextEdit::insertFromMimeData(const QMimeData *source)
{
    const QString text = source->text();
    const bool fits = document()->characterCount() + text.size() <= MostCharacters
                      && isEditable(QString(textCursor().block().text() + text));
    if (fits)
        return QPlainTextEdit::insertFromMimeData(source);
    Q_EMIT refused(
        tr("What was pasted is too long to be edited here (%1; %L2 characters at most, %L3 a "
           "line), and nothing was changed. Write it into a scenario's file, and open that.")
            .arg(QLocale().formattedDataSize(text.size()))
            .arg(MostCharacters)
            .arg(LongestLine));
}

} // namespace Retryscope
