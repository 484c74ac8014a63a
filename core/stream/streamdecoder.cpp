// SPDX-License-Identifier: MIT
#include "core/stream/streamdecoder.h"

namespace Retryscope {

StreamDecoder::StreamDecoder(Framing framing)
{
    switch (framing) {
    case Framing::Sse:
        break;
    case Framing::NdJson:
        m_decoder.emplace<NdJsonDecoder>();
        break;
    case Framing::JsonArray:
        m_decoder.emplace<JsonArrayDecoder>();
        break;
    case Framing::AwsEventStream:
        m_decoder.emplace<AwsEventDecoder>();
        break;
    }
}

void StreamDecoder::feed(QByteArrayView bytes, RecordHandler onRecord)
{
    if (SseDecoder *const decoder = std::get_if<SseDecoder>(&m_decoder)) {
        decoder->feed(bytes, [&onRecord](const SseEvent &event) {
            onRecord(StreamRecord{event.type, event.data, event.offset, event.size,
                                  event.lastEventId, event.retry});
        });
    } else if (NdJsonDecoder *const lines = std::get_if<NdJsonDecoder>(&m_decoder)) {
        lines->feed(bytes, onRecord);
    } else if (JsonArrayDecoder *const array = std::get_if<JsonArrayDecoder>(&m_decoder)) {
        array->feed(bytes, onRecord);
    } else {
        std::get<AwsEventDecoder>(m_decoder).feed(bytes, onRecord);
    }
}

StreamPending StreamDecoder::finish()
{
    return std::visit([](auto &decoder) { return decoder.finish(); }, m_decoder);
}

qint64 StreamDecoder::bytes() const
{
    return std::visit([](const auto &decoder) { return decoder.bytes(); }, m_decoder);
}

const std::optional<StreamDamage> &StreamDecoder::damage() const
{
    return std::visit(
        [](const auto &decoder) -> const std::optional<StreamDamage> & { return decoder.damage(); },
        m_decoder);
}

qint64 StreamDecoder::bodyOffset(qsizetype position) const
{
    return std::visit([position](const auto &decoder) { return decoder.bodyOffset(position); },
                      m_decoder);
}

std::optional<qint64> StreamDecoder::ownEnd() const
{
    const auto *array = std::get_if<JsonArrayDecoder>(&m_decoder);
    return array && array->isClosed() ? std::optional(array->closedAt()) : std::nullopt;
}

} // namespace Retryscope

// Here, not in the one file for all: a program that links this room needs none above it.
#include "moc_streamdecoder.cpp"
