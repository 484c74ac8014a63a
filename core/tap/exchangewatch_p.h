// SPDX-License-Identifier: MIT
#pragma once

#include "core/tap/wireevent.h"
#include "core/wire/http1.h"
#include "core/wire/tlsscanner.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

namespace Retryscope {

//! \brief Bytes to pass on, and the events that must be known before them.
struct WatchedPiece
{
    QList<WireEvent> events;
    QByteArray bytes;
};

//! \brief Makes wire events of what passes through a tunnel, TLS or plain HTTP/1.1.
class ExchangeWatch
{
public:
    ExchangeWatch();

    QList<WatchedPiece> fromClient(const QByteArray &bytes);
    QList<WatchedPiece> fromServer(const QByteArray &bytes);

    //! Bytes held back from a direction that has ended.
    QByteArray takeHeldFromClient() { return m_tls.takeHeldFromClient(); }

    QByteArray takeHeldFromServer() { return m_tls.takeHeldFromServer(); }

    //! The client's first byte is that of a TLS record.
    bool isTls() const { return m_protocol == Protocol::Tls; }

    //! Plain only: the request is whole by its framing, or no request at all.
    bool requestWhole() const;

    //! Plain only: the request has begun and is not whole.
    bool isRequestCut() const
    {
        return m_protocol == Protocol::Plain && m_requestSeen && !requestWhole();
    }

private:
    enum class Protocol { Unknown, Tls, Plain };

    QList<WatchedPiece> plain(const QByteArray &bytes, WireEvent::Kind kind, bool *seen);

    Protocol m_protocol = Protocol::Unknown;
    TlsScanner m_tls;
    HttpRequestParser m_request;
    bool m_requestSeen = false;
    bool m_responseSeen = false;
};

} // namespace Retryscope
