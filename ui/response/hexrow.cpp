// SPDX-License-Identifier: MIT
#include "ui/response/hexrow.h"

#include <QtCore/QRegularExpression>

namespace Retryscope {

using namespace Qt::StringLiterals;

int HexRow::column(int byte)
{
    return 3 * byte + (byte >= Bytes / 2 ? 1 : 0);
}

QString HexRow::hex(QByteArrayView bytes)
{
    constexpr char16_t digits[] = u"0123456789abcdef";
    QString text(columns(), u' ');
    for (int i = 0; i < bytes.size() && i < Bytes; ++i) {
        const auto byte = static_cast<uchar>(bytes.at(i));
        text[column(i)] = digits[byte >> 4];
        text[column(i) + 1] = digits[byte & 15];
    }
    return text;
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
