// SPDX-License-Identifier: MIT
#include "ui/response/hexrow.h"

#include <QtCore/QRegularExpression>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

int HexRow::column(int byte)
{
    return 3 * byte + (byte >= Bytes / 2 ? 1 : 0);
}

QString HexRow::hex(QByteArrayView bytes)
{
    const QByteArray row = bytes.first(std::min<qsizetype>(bytes.size(), Bytes)).toByteArray();
    QString text = QString::fromLatin1(row.left(Bytes / 2).toHex(' '));
    if (row.size() > Bytes / 2)
        text += u"  "_s + QString::fromLatin1(row.sliced(Bytes / 2).toHex(' '));
    return text.leftJustified(columns());
}

QString HexRow::characters(QByteArrayView bytes)
{
    QString text(bytes.size(), u'.');
    for (qsizetype i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<uchar>(bytes.at(i));
        if (byte >= 0x20 && byte < 0x7f)
            text[i] = QLatin1Char(bytes.at(i));
    }
    return text;
}

QString HexRow::offset(qint64 offset)
{
    return QString::number(offset, 16).rightJustified(8, u'0');
}

QByteArray HexRow::searched(const QString &text)
{
    static const QRegularExpression bytes(u"^0x( *[0-9a-fA-F]{2})+$"_s);
    const QString trimmed = text.trimmed();
    return bytes.match(trimmed).hasMatch() ? QByteArray::fromHex(trimmed.sliced(2).toLatin1())
                                           : text.toUtf8();
}

QString HexRow::line(qint64 offset, QByteArrayView bytes)
{
    return HexRow::offset(offset) + u"  "_s + hex(bytes) + u"  |"_s + characters(bytes) + u'|';
}

} // namespace Retryscope
