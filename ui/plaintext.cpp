// SPDX-License-Identifier: MIT
#include "ui/plaintext.h"

#include <QtCore/QLocale>
#include <QtGui/QTextCursor>
#include <QtGui/QTextDocument>
#include <QtWidgets/QPlainTextEdit>

namespace Retryscope {

bool isEditable(QStringView text)
{
    if (text.size() > MostCharacters)
        return false;
    qsizetype begin = 0;
    for (qsizetype end = text.indexOf(u'\n'); end >= 0; end = text.indexOf(u'\n', begin)) {
        if (end - begin > LongestLine)
            return false;
        begin = end + 1;
    }
    return text.size() - begin <= LongestLine;
}

QString tooLongWords(const QString &text)
{
    return QPlainTextEdit::tr("This request is too long to be shown here (%1). It is sent as it "
                              "is.")
        .arg(QLocale().formattedDataSize(text.size()));
}

QString plainText(const QPlainTextEdit *edit)
{
    QString text = edit->document()->toRawText();
    text.replace(QChar::ParagraphSeparator, QLatin1Char('\n'));
    text.replace(QChar::LineSeparator, QLatin1Char('\n'));
    return text;
}

void setPlainText(QPlainTextEdit *edit, const QString &text)
{
    QString normal = text;
    normal.replace(QStringLiteral("\r\n"), QStringLiteral("\n"));
    normal.replace(QLatin1Char('\r'), QLatin1Char('\n'));
    if (plainText(edit) == normal)
        return;
    QTextCursor cursor(edit->document());
    cursor.select(QTextCursor::Document);
    cursor.insertText(normal);
    cursor.movePosition(QTextCursor::Start);
    edit->setTextCursor(cursor);
}

} // namespace Retryscope
