// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/tap/streamposition_p.h"
#include "core/wire/http1response.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <chrono>

namespace Retryscope {

//! \brief What a client gets next, and when.
struct ResponseStep
{
    //! \brief What follows the bytes.
    enum class End {
        None,
        Fin,
        Rst,
        Silence, //!< nothing, until the client leaves
    };

    QByteArray bytes = {};
    //! Before the first byte.
    std::chrono::nanoseconds pause{0};
    //! Not 0: so many bytes at a time, with this time before each of them. Units: bytes.
    qsizetype pieceSize = 0;
    std::chrono::nanoseconds pieceInterval{0};
    End end = End::None;
    //! The fault shows from here on.
    bool strikes = false;
};

//! \brief Makes a fault of what an endpoint answers: takes the response apart and puts it together
//! again, with the fault in its place. Without a fault, or without a place for it in this response,
//! the bytes stay what they mean.
//!
//! \par Threads
//! A plain object; any one thread at a time.
class ResponseEditor
{
public:
    //! \a method is the request's.
    ResponseEditor(const Fault &fault, const QByteArray &method);

    QList<ResponseStep> feed(const QByteArray &bytes);
    //! The endpoint has closed (FIN).
    QList<ResponseStep> end();

private:
    using Kind = FaultKind;
    enum class Out { Plain, Chunked };

    void take(const HttpResponsePart &part);
    void takeHead(const QByteArray &head);
    void takeBody(const QByteArray &bytes);
    void takeEnd();
    QByteArray reframed(const QByteArray &head);
    void stopInBody(const QByteArray &bytes);
    void shortenLength(const QByteArray &bytes);
    void passHeld(qint64 length);
    void breakChunk(const QByteArray &bytes);
    void pack(const QByteArray &bytes);
    void pass(const QByteArray &bytes, bool strikes = false);
    void passBody(const QByteArray &bytes, bool strikes = false);
    void stop(ResponseStep::End end, bool strikes, std::chrono::nanoseconds pause = {});
    bool isStream() const;
    std::chrono::milliseconds duration() const;

    Fault m_fault;
    HttpResponseReader m_reader;
    StreamPosition m_position;
    Out m_out = Out::Plain;
    QList<ResponseStep> m_steps;
    //! Waits for the length that is to stand in it, with what came of the body.
    QByteArray m_heldHead;
    QByteArray m_heldBody;
    bool m_hasStruck = false;
    bool m_hasStopped = false;
    bool m_bodyBegun = false;
};

} // namespace Retryscope
