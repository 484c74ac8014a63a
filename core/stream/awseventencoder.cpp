// SPDX-License-Identifier: MIT
#include "core/stream/awseventencoder.h"

#include "core/stream/crc32_p.h"

#include <QtCore/QtEndian>

namespace Retryscope {

namespace {

constexpr char stringType = 7;
// Two lengths and a checksum before the headers, one checksum behind the payload.
constexpr qsizetype framing = 16;

QByteArray bigEndian(quint32 number)
{
    QByteArray bytes(sizeof number, Qt::Uninitialized);
    qToBigEndian(number, bytes.data());
    return bytes;
}

QByteArray header(const QByteArray &name, const QByteArray &text)
{
    Q_ASSERT_X(name.size() <= 255 && text.size() <= 65535, "awsEventMessage", "a header's length");
    const QByteArray fittingName = name.left(255);
    const QByteArray fittingText = text.left(65535);
    QByteArray length(sizeof(quint16), Qt::Uninitialized);
    qToBigEndian(quint16(fittingText.size()), length.data());
    return char(fittingName.size()) + fittingName + stringType + length + fittingText;
}

} // namespace

QByteArray awsEventMessage(const QList<std::pair<QByteArray, QByteArray>> &headers,
                           QByteArrayView payload)
{
    QByteArray head;
    for (const auto &[name, text] : headers)
        head += header(name, text);
    QByteArray message = bigEndian(quint32(head.size() + payload.size() + framing))
                         + bigEndian(quint32(head.size()));
    message += bigEndian(crc32(message));
    message += head;
    message += payload;
    return message + bigEndian(crc32(message));
}

} // namespace Retryscope
