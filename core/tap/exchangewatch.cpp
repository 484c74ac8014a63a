// SPDX-License-Identifier: MIT
#include "core/tap/exchangewatch_p.h"

#include "core/tap/firstanswer_p.h"
#include "core/wire/tlsalert.h"

#include <limits>
#include <utility>

namespace Retryscope {

namespace {

constexpr char tlsHandshakeRecord = 22;

WireEvent eventOf(WireEvent::Kind kind, bool fromServer)
{
    WireEvent event;
    event.kind = kind;
    event.fromServer = fromServer;
    return event;
}

void appendEvents(const TlsSign &sign, bool fromServer, bool isTls13, QList<WireEvent> *events)
{
    WireEvent event;
    event.fromServer = fromServer;
    switch (sign.kind) {
    case TlsSign::Kind::ClientHello:
        event.kind = WireEvent::Kind::TlsClientHello;
        event.serverName = sign.clientHello.serverName;
        event.alpn = sign.clientHello.alpn;
        break;
    case TlsSign::Kind::ServerHello:
        event.kind = WireEvent::Kind::TlsServerHello;
        event.tlsVersion = wireVersionName(sign.serverHello.version);
        if (!sign.serverHello.alpn.isEmpty())
            event.alpn = QStringList{sign.serverHello.alpn};
        break;
    case TlsSign::Kind::Alert:
        event.kind = WireEvent::Kind::TlsAlert;
        event.alertLevel = sign.alertLevel;
        event.alertCode = sign.alertCode;
        event.detail = wireAlertName(sign.alertCode);
        break;
    case TlsSign::Kind::FirstData:
        event.kind = WireEvent::Kind::TlsFirstData;
        events->append(event);
        event.kind = fromServer ? WireEvent::Kind::ResponseSeen : WireEvent::Kind::RequestSeen;
        if (fromServer && isTls13)
            event.detail = QStringLiteral("or a session ticket: TLS 1.3 hides which");
        break;
    case TlsSign::Kind::NotTls:
        // A server that answers a ClientHello in clear: what it says is its response.
        if (!fromServer)
            return;
        event.kind = WireEvent::Kind::ResponseSeen;
        event.detail = QStringLiteral("not TLS");
        break;
    }
    events->append(event);
}

QList<WatchedPiece> toWatched(const QList<TlsPiece> &pieces, bool fromServer, bool isTls13)
{
    QList<WatchedPiece> result;
    for (const TlsPiece &piece : pieces) {
        WatchedPiece watched;
        watched.bytes = piece.bytes;
        for (const TlsSign &sign : piece.signs)
            appendEvents(sign, fromServer, isTls13, &watched.events);
        result.append(watched);
    }
    return result;
}

} // namespace

ExchangeWatch::ExchangeWatch()
    // Only the end of the request is of interest, however long it is.
    : m_request(HttpLimits{.body = std::numeric_limits<qint64>::max(), .keepBody = false})
{}

QList<WatchedPiece> ExchangeWatch::fromClient(const QByteArray &bytes)
{
    if (m_protocol == Protocol::Unknown)
        m_protocol = bytes.startsWith(tlsHandshakeRecord) ? Protocol::Tls : Protocol::Plain;
    if (isTls())
        return toWatched(m_tls.fromClient(bytes), false, m_tls.isTls13());
    // What follows the first request is of no interest.
    if (!requestWhole())
        m_request.feed(bytes);
    return plain(bytes, WireEvent::Kind::RequestSeen, &m_requestSeen);
}

QList<WatchedPiece> ExchangeWatch::fromServer(const QByteArray &bytes)
{
    if (isTls())
        return toWatched(m_tls.fromServer(bytes), true, m_tls.isTls13());
    return plain(bytes, WireEvent::Kind::ResponseSeen, &m_responseSeen);
}

bool ExchangeWatch::requestWhole() const
{
    return m_request.state() == HttpRequestParser::State::Complete
           || m_request.state() == HttpRequestParser::State::Error;
}

QList<WatchedPiece> ExchangeWatch::plain(const QByteArray &bytes, WireEvent::Kind kind, bool *seen)
{
    WatchedPiece piece;
    piece.bytes = bytes;
    if (!std::exchange(*seen, true)) {
        const bool isResponse = kind == WireEvent::Kind::ResponseSeen;
        piece.events.append(isResponse ? firstAnswer(bytes) : eventOf(kind, false));
    }
    return {piece};
}

} // namespace Retryscope
