// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QtEndian>

#include <utility>

//! \file
//! \brief Messages of the AWS event stream, written byte by byte: independent of the decoder, with
//! a checksum that is computed bit by bit.

namespace Retryscope::TestSupport {

inline quint32 slowCrc32(const QByteArray &bytes)
{
    quint32 sum = 0xFFFFFFFF;
    for (const char byte : bytes) {
        sum ^= quint8(byte);
        for (int bit = 0; bit < 8; ++bit)
            sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
    }
    return ~sum;
}

inline QByteArray bigEndian(quint32 number)
{
    QByteArray bytes(4, '\0');
    qToBigEndian(number, bytes.data());
    return bytes;
}

//! A header whose value is a string.
inline QByteArray awsHeader(const QByteArray &name, const QByteArray &value)
{
    return QByteArray(1, char(name.size())) + name + '\x07' + char(value.size() >> 8)
           + char(value.size() & 0xFF) + value;
}

//! A message with \a headers as they are.
inline QByteArray awsMessage(const QByteArray &headers, const QByteArray &payload)
{
    QByteArray message = bigEndian(quint32(headers.size() + payload.size() + 16))
                         + bigEndian(quint32(headers.size()));
    message += bigEndian(slowCrc32(message));
    message += headers + payload;
    return message + bigEndian(slowCrc32(message));
}

inline QByteArray awsEvent(const QByteArray &type, const QByteArray &payload)
{
    return awsMessage(awsHeader(":event-type", type)
                          + awsHeader(":content-type", "application/json")
                          + awsHeader(":message-type", "event"),
                      payload);
}

inline QByteArray awsException(const QByteArray &type, const QByteArray &payload)
{
    return awsMessage(awsHeader(":exception-type", type)
                          + awsHeader(":content-type", "application/json")
                          + awsHeader(":message-type", "exception"),
                      payload);
}

} // namespace Retryscope::TestSupport
