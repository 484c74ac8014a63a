// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/stream/awseventdecoder.h"
#include "core/stream/jsonarraydecoder.h"
#include "core/stream/ndjsondecoder.h"
#include "core/stream/ssedecoder.h"

#include <QtCore/QMetaType>
#include <QtCore/QObject>

#include <variant>

namespace Retryscope {

//! \brief The decoder of one framing, with events of the same shape whatever it is.
//!
//! \par Errors
//! As the framing's own decoder.
class RETRYSCOPE_EXPORT StreamDecoder
{
    Q_GADGET
public:
    //! How a body is cut into events.
    enum class Framing {
        Sse,            //!< text/event-stream
        NdJson,         //!< a JSON text a line
        JsonArray,      //!< the elements of one array
        AwsEventStream, //!< application/vnd.amazon.eventstream
    };
    Q_ENUM(Framing)

    using RecordHandler = FunctionRef<void(const StreamRecord &)>;

    explicit StreamDecoder(Framing framing);

    Framing framing() const { return Framing(m_decoder.index()); }

    //! The handler must not call the decoder.
    void feed(QByteArrayView bytes, RecordHandler onRecord);
    //! The body has ended; what its end cut. Valid as long as the decoder.
    StreamPending finish();

    qint64 bytes() const;
    const std::optional<StreamDamage> &damage() const;
    //! Where the byte \a position of the data being shown (or pending) stands in the body.
    qint64 bodyOffset(qsizetype position) const;
    //! Only the JSON array has an end of its own: where it stands, if it was seen.
    std::optional<qint64> ownEnd() const;

    //! Only SSE has comments and lines that are none of its fields; null for the others.
    const SseDecoder *sse() const { return std::get_if<SseDecoder>(&m_decoder); }

private:
    // In the order of Framing.
    std::variant<SseDecoder, NdJsonDecoder, JsonArrayDecoder, AwsEventDecoder> m_decoder;
};

using StreamFraming = StreamDecoder::Framing;

} // namespace Retryscope
