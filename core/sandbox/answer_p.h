// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/sandbox/apierror_p.h"
#include "core/sandbox/chatanswer_p.h"
#include "core/wire/http1.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <chrono>
#include <limits>
#include <memory>

namespace Retryscope {

//! \brief Everything that will be written in answer to one request, faults included. A value:
//! nothing here touches a socket.
struct SandboxAnswer
{
    //! \brief What happens where the body stops.
    enum class End {
        Clean, //!< as the framing promises
        Fin,   //!< closed, whatever the framing promises
        Reset,
        Silence, //!< nothing, until the client leaves
    };

    static constexpr qint64 noLimit = std::numeric_limits<qint64>::max();

    int status = 200;
    //! Besides those of the framing.
    QList<HttpHeader> headers;
    //! The whole body, where it is not a stream.
    QByteArray body;
    std::shared_ptr<const ChatAnswer> stream;
    //! The head looks as ever, but no body follows it (HEAD, 204, 304).
    bool withoutBody = false;
    //! Close after this answer, and read over what the client still sends.
    bool closeAfterwards = false;
    //! From the head to the first event, or to the body.
    std::chrono::nanoseconds firstDelay{0};
    //! From one token to the next.
    std::chrono::nanoseconds interval{0};

    // What a fault makes of it.
    Fault fault;
    int attempt = 0;
    int number = 0;
    End end = End::Clean;
    //! So many events of the stream are sent.
    qsizetype eventLimit = 0;
    //! So many bytes of the body are sent.
    qint64 byteLimit = noLimit;

    static SandboxAnswer ofError(const ApiError &error);

    //! The bytes of an event, as the fault leaves them.
    QByteArray event(qsizetype index) const;
    //! Before which event the fault begins to show; eventLimit: at the end.
    qsizetype faultyEvent() const;

    //! Makes the fault part of the answer. False if it has no place in this answer (a stream's
    //! fault without a stream): then the answer stays as it is.
    bool apply(const Fault &made);
};

} // namespace Retryscope
