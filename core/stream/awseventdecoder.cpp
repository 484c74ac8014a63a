// SPDX-License-Identifier: MIT
#include "core/stream/awseventdecoder.h"

#include "core/stream/crc32_p.h"

#include <QtCore/QtEndian>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

constexpr qsizetype PreludeSize = 12;
constexpr qsizetype ChecksumSize = 4;
constexpr qint64 SmallestMessage = PreludeSize + ChecksumSize;

quint32 word(QByteArrayView bytes, qsizetype at)
{
    return qFromBigEndian<quint32>(bytes.data() + at);
}

//! The bytes of a header's value by its type; -1: a length stands in front; -2: no such type.
int valueSize(char type)
{
    constexpr int sizes[] = {0, 0, 1, 2, 4, 8, -1, -1, 8, 16};
    const auto index = std::size_t(static_cast<unsigned char>(type));
    return index < std::size(sizes) ? sizes[index] : -2;
}

//! Takes \a size bytes off \a from; nothing where it has fewer.
std::optional<QByteArrayView> take(QByteArrayView &from, qsizetype size)
{
    if (from.size() < size)
        return std::nullopt;
    const QByteArrayView taken = from.first(size);
    from = from.sliced(size);
    return taken;
}

struct Header
{
    QByteArrayView name;
    QByteArrayView value;
};

std::optional<Header> takeHeader(QByteArrayView &rest)
{
    const auto nameSize = take(rest, 1);
    const auto name = take(rest, nameSize ? uchar(nameSize->front()) : 0);
    const auto type = take(rest, 1);
    if (!nameSize || !name || name->isEmpty() || !type)
        return std::nullopt;
    int size = valueSize(type->front());
    if (size == -1) {
        const auto length = take(rest, 2);
        size = length ? qFromBigEndian<quint16>(length->data()) : -2;
    }
    const auto value = size < 0 ? std::nullopt : take(rest, size);
    return value ? std::optional(Header{*name, *value}) : std::nullopt;
}

} // namespace

AwsEventDecoder::AwsEventDecoder(qint64 messageLimit) : m_limit(messageLimit)
{}

void AwsEventDecoder::feed(QByteArrayView bytes, RecordHandler onRecord)
{
    m_bytes += bytes.size();
    while (!m_damage && !bytes.isEmpty()) {
        QByteArrayView whole;
        if (m_total == 0) {
            // Looked at where it lies; the message it begins is collected with it.
            if (m_message.empty() && bytes.size() >= PreludeSize)
                whole = bytes.first(PreludeSize);
            else
                whole = collect(bytes, PreludeSize);
            if (whole.isEmpty() || !checkPrelude(whole))
                break;
        }
        if (m_message.empty() && bytes.size() >= m_total) {
            whole = bytes.first(m_total);
            bytes = bytes.sliced(m_total);
        } else {
            whole = collect(bytes, m_total);
        }
        if (whole.isEmpty())
            break;
        takeMessage(whole, onRecord);
        m_messageOffset += m_total;
        m_total = 0;
        m_message.clear();
    }
}

//! Moves bytes into the buffer until it has \a wanted of them; empty as long as it has not.
QByteArrayView AwsEventDecoder::collect(QByteArrayView &bytes, qint64 wanted)
{
    const qint64 missing = wanted - qint64(m_message.size());
    const qsizetype taken = std::clamp<qsizetype>(missing, 0, bytes.size());
    m_message.append(bytes.data(), std::size_t(taken));
    bytes = bytes.sliced(taken);
    return qint64(m_message.size()) < wanted ? QByteArrayView() : QByteArrayView(m_message);
}

bool AwsEventDecoder::checkPrelude(QByteArrayView prelude)
{
    const qint64 total = word(prelude, 0);
    const qint64 headers = word(prelude, 4);
    if (crc32(prelude.first(8)) != word(prelude, 8))
        fail(m_messageOffset + 8, u"the checksum of the message's prelude is wrong"_s);
    else if (total < SmallestMessage)
        fail(m_messageOffset, u"the message is shorter than a message can be"_s);
    else if (headers > total - SmallestMessage)
        fail(m_messageOffset + 4, u"the headers are longer than their message"_s);
    else if (total > m_limit) // where it says so: what is announced may never come
        fail(m_messageOffset,
             u"a message of %1 bytes is announced, and the limit is %2"_s.arg(total).arg(m_limit));
    else
        m_total = total;
    return !m_damage;
}

void AwsEventDecoder::takeMessage(QByteArrayView message, RecordHandler onRecord)
{
    const qsizetype sumAt = message.size() - ChecksumSize;
    if (crc32(message.first(sumAt)) != word(message, sumAt))
        return fail(m_messageOffset + sumAt, u"the checksum of the message is wrong"_s);
    Headers headers;
    if (!readHeaders(message, headers))
        return fail(m_messageOffset + PreludeSize, u"the message's headers cannot be read"_s);

    const qsizetype payloadAt = PreludeSize + qsizetype(word(message, 4));
    StreamRecord record{headers.eventType, message.sliced(payloadAt, sumAt - payloadAt),
                        m_messageOffset, message.size()};
    m_dataOffset = m_messageOffset + payloadAt;
    const auto name = [this](const char *kind, QByteArrayView what) {
        m_type.assign(kind);
        m_type.append(what.data(), std::size_t(what.size()));
        return QByteArrayView(m_type);
    };
    if (headers.messageType == "exception") {
        record.type = name("exception:", headers.exceptionType);
    } else if (headers.messageType == "error") {
        record.type = name("error:", headers.errorCode);
        record.data = headers.errorMessage;
        m_dataOffset = m_messageOffset + (record.data.data() - message.data());
    }
    onRecord(record);
}

bool AwsEventDecoder::readHeaders(QByteArrayView message, Headers &headers)
{
    QByteArrayView rest = message.sliced(PreludeSize, qsizetype(word(message, 4)));
    headers.errorMessage = message.sliced(PreludeSize, 0);
    while (!rest.isEmpty()) {
        const std::optional<Header> header = takeHeader(rest);
        if (!header)
            return false;
        if (header->name == ":message-type")
            headers.messageType = header->value;
        else if (header->name == ":event-type")
            headers.eventType = header->value;
        else if (header->name == ":exception-type")
            headers.exceptionType = header->value;
        else if (header->name == ":error-code")
            headers.errorCode = header->value;
        else if (header->name == ":error-message")
            headers.errorMessage = header->value;
    }
    return true;
}

void AwsEventDecoder::fail(qint64 offset, const QString &reason)
{
    m_damage = StreamDamage{offset, 0, reason};
}

StreamPending AwsEventDecoder::finish() const
{
    if (m_damage || m_message.empty())
        return {};
    const QByteArrayView message(m_message);
    // A part of a message is no data: its checksum has not come.
    return {m_messageOffset,
            message.size(),
            message.first(std::min(message.size(), PendingLimit)),
            false,
            {},
            {}};
}

void AwsEventDecoder::reset()
{
    m_bytes = m_messageOffset = m_dataOffset = m_total = 0;
    m_message.clear();
    m_damage.reset();
}

} // namespace Retryscope
