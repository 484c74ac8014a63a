// SPDX-License-Identifier: MIT
#include "core/trace/variablereference.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

QList<TextPiece> textPieces(const QString &text)
{
    static const QRegularExpression reference(u"(\\$?)\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}"_s);
    QList<TextPiece> pieces;
    QString plain;
    qsizetype copied = 0;
    // Most texts have none, and some are many megabytes long.
    if (!text.contains("${"_L1))
        return text.isEmpty() ? pieces : QList<TextPiece>{{text, false}};
    for (auto matches = reference.globalMatch(text); matches.hasNext();) {
        const QRegularExpressionMatch match = matches.next();
        plain += QStringView(text).sliced(copied, match.capturedStart() - copied);
        copied = match.capturedEnd();
        if (match.capturedLength(1) > 0) {
            plain += variableReference(match.captured(2));
            continue;
        }
        if (!plain.isEmpty())
            pieces.append({std::exchange(plain, {}), false});
        pieces.append({match.captured(2), true});
    }
    plain += QStringView(text).sliced(copied);
    if (!plain.isEmpty())
        pieces.append({plain, false});
    return pieces;
}

bool holdsVariables(const QString &text)
{
    return std::ranges::any_of(textPieces(text), &TextPiece::isVariable);
}

bool holdsOnlyVariables(const QString &text)
{
    const QList<TextPiece> pieces = textPieces(text);
    return !pieces.isEmpty() && std::ranges::all_of(pieces, &TextPiece::isVariable);
}

QString variableReference(const QString &name)
{
    return u"${"_s + name + u'}';
}

} // namespace Retryscope
