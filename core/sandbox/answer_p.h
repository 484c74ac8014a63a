// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/sandbox/answerstream_p.h"
#include "core/sandbox/apierror_p.h"
#include "core/wire/http1.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <chrono>
#include <limits>
#include <memory>
#include <optional>

namespace Retryscope {

//! \brief Before which event of a stream nothing is sent for a while.
struct AnswerPause
{
    qsizetype beforeEvent = 0;
    std::chrono::nanoseconds length{0};

    friend bool operator==(const AnswerPause &, const AnswerPause &) = default;
};

//! \brief Everything that will be written in answer to one request, faults included. A value:
//! nothing here touches a socket.
struct SandboxAnswer
{
    //! \brief What happens where the body stops.
    enum class End {
        Clean, //!< as the framing promises
        Fin,   //!< closed, whatever the framing promises
        Reset,
        Silence,     //!< nothing, until the client leaves
        Pings,       //!< signs of life and nothing else, until the client leaves
        StreamReset, //!< HTTP/2: RST_STREAM, with errorCode
        GoAway,      //!< HTTP/2: GOAWAY, with errorCode, as if no stream had been dealt with
    };

    //! \brief Where the bytes of an event are cut into pieces that are sent one by one.
    enum class Split { None, InCharacters, InLineEnds };

    static constexpr qint64 noLimit = std::numeric_limits<qint64>::max();

    //! Whose words errors are written in. Never null.
    const DialectVoice *voice = nullptr;
    int status = 200;
    //! Besides those of the framing.
    QList<HttpHeader> headers;
    //! The whole body, where it is not a stream.
    QByteArray body;
    std::shared_ptr<const AnswerStream> stream;
    //! What is said, streamed or not; null for errors and lists.
    std::shared_ptr<const AnswerContent> content;
    //! The head looks as ever, but no body follows it (HEAD, 204, 304).
    bool withoutBody = false;
    //! Nothing is written at all.
    bool withoutHead = false;
    //! The client has asked over HTTP/2.
    bool overHttp2 = false;
    //! Close after this answer, and read over what the client still sends.
    bool closeAfterwards = false;
    //! From the head to the first event, or to the body.
    std::chrono::nanoseconds firstDelay{0};
    //! From one token to the next.
    std::chrono::nanoseconds interval{0};
    QList<AnswerPause> pauses;

    //! What the script wants to be wrong with it; a fault of the plan comes first.
    Fault scripted;

    // What a fault makes of it.
    Fault fault;
    int attempt = 0;
    int number = 0;
    End end = End::Clean;
    //! One of RFC 9113, section 7.
    quint32 errorCode = 0;
    Split split = Split::None;
    //! So many events of the stream are sent.
    qsizetype eventLimit = 0;
    //! So many bytes of the body are sent.
    qint64 byteLimit = noLimit;

    static SandboxAnswer ofError(const DialectVoice *voice, const ApiError &error);

    //! Says it: as a stream, or in one body. By value: what is said again may be what this holds.
    void say(AnswerContent said, const DialectVoice &by, const EventFraming *framing);

    //! Those of the sandbox and of the body's length, too.
    QList<HttpHeader> allHeaders() const;
    //! The bytes of an event or of the body, as the fault leaves them, in the pieces that are to be
    //! sent one by one. \a index counts what is sent.
    QList<QByteArray> pieces(qsizetype index) const;
    //! When an event is due, counted from the head.
    std::chrono::nanoseconds dueAt(qsizetype index) const;
    //! Behind the last event, if all goes well.
    QByteArray ending() const;
    //! Before which event the fault begins to show; eventLimit: at the end; -1: in the head.
    qsizetype faultyEvent() const;

    //! Makes the fault part of the answer. False if it has no place in this answer (a stream's
    //! fault without a stream): then the answer stays as it is.
    bool apply(const Fault &made);

private:
    qsizetype sourceIndex(qsizetype index) const;
    QByteArray bytesOf(qsizetype index) const;
};

QByteArray byteOrderMark();

bool isMadeBySandbox(FaultKind kind);
//! Why a fault has no place in an answer of that dialect, a sentence that names it; empty: it has.
QString whyNoPlace(const Fault &fault, const DialectVoice &voice, bool streamed,
                   StreamFraming framing);

} // namespace Retryscope
