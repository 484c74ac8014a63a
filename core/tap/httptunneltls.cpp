// SPDX-License-Identifier: MIT
#include "core/tap/httptunnel_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QString http2 = QStringLiteral("h2");

//! A fatal alert "access_denied".
QByteArray denial()
{
    return QByteArray::fromHex("15030300020231");
}

QList<QByteArray> withoutHttp2(const QStringList &offered)
{
    QList<QByteArray> protocols;
    for (const QString &name : offered) {
        if (name != http2)
            protocols.append(name.toLatin1());
    }
    return protocols;
}

} // namespace

//! Nothing may pass: who asked for a fault must not be given an exchange without it.
void HttpTunnel::refuseTls()
{
    m_stage = Stage::Over;
    WireEvent event;
    event.kind = WireEvent::Kind::FaultRefused;
    event.fault = m_fault;
    event.detail =
        u"The client speaks TLS, which hides the exchange from the tap; nothing was sent. "
        "Let the tap terminate TLS (--terminate-tls)."_s;
    m_report(event);
    retireUpstream();
    m_held.clear();
    m_bytesDown += denial().size();
    reportClosed(true, u"FIN"_s);
    m_client->write(denial());
    m_client->shutdownWrite();
}

void HttpTunnel::shakeHands(const TlsClientHello &hello)
{
    m_hello = hello;
    WireEvent event;
    event.kind = WireEvent::Kind::TlsClientHello;
    event.serverName = hello.serverName;
    event.alpn = hello.alpn;
    m_report(event);
    if (!m_context->termination.isOn) {
        refuseTls();
        return;
    }
    m_stage = Stage::ShakeHands;
    m_serverTls = std::make_unique<TlsSession>(
        TlsSession::Client{.host = hello.serverName.isEmpty() ? m_host : hello.serverName,
                           .protocols = withoutHttp2(hello.alpn),
                           .authorities = m_context->termination.authorities,
                           .verifies = m_context->termination.verifies});
    flushTls();
    judgeServerTls();
}

void HttpTunnel::judgeServerTls()
{
    using State = TlsSession::State;
    const State state = m_serverTls->state();
    if (state == State::Open) {
        answerClient();
        return;
    }
    if (state == State::Handshaking && !m_serverEnded)
        return;
    const QString certificate = m_serverTls->certificateError();
    WireEvent event;
    event.kind = WireEvent::Kind::TlsTerminated;
    event.host = m_host;
    event.error = state == State::Handshaking ? u"the connection ended in the handshake"_s
                  : certificate.isEmpty()     ? m_serverTls->errorText()
                                              : certificate;
    event.detail =
        u"The endpoint's TLS was not accepted: the client is shown the endpoint's own."_s;
    m_report(event);
    retireUpstream();
    m_stage = Stage::Over;
    Q_EMIT refused();
}

//! The endpoint is who it should be: now the client may see an answer.
void HttpTunnel::answerClient()
{
    const QByteArray protocol = m_serverTls->protocol();
    WireEvent event;
    event.kind = WireEvent::Kind::TlsServerHello;
    event.tlsVersion = m_serverTls->version();
    event.alpn = protocol.isEmpty() ? QStringList() : QStringList{QString::fromLatin1(protocol)};
    m_report(event);
    event.kind = WireEvent::Kind::TlsTerminated;
    event.host = m_host;
    event.detail = u"TLS ends at the tap: the client sees a certificate made here, and the tap "
                   "speaks %1 to the endpoint."_s.arg(m_serverTls->version());
    if (m_hello.alpn.contains(http2))
        event.detail += u" The client offered HTTP/2, which is not passed on: faults are placed in "
                        "HTTP/1.1."_s;
    m_report(event);

    const QString name = m_hello.serverName.isEmpty() ? m_host : m_hello.serverName;
    const bool isDemand = m_fault.kind == FaultKind::TlsClientCert;
    m_clientTls = std::make_unique<TlsSession>(TlsSession::Server{
        .credential = m_context->terminationForge().issue({.names = {name}}),
        .protocols = protocol.isEmpty() ? QList<QByteArray>() : QList<QByteArray>{protocol},
        .demandsCertificate = isDemand});
    m_stage = Stage::Exchange;
    if (isDemand) {
        retireUpstream();
        reportFault();
    }
    onClientWire(std::exchange(m_held, {}));
}

//! With TLS 1.3 a client is done before its certificate is judged, and its request is on the way: a
//! server that is far away hears of that first. On loopback either might come first, so the alert
//! waits for the request, but not for ever.
bool HttpTunnel::holdsAlertBack()
{
    const bool isTooEarly = m_fault.kind == FaultKind::TlsClientCert && !m_isAlertDue
                            && m_clientTls->state() == TlsSession::State::Failed
                            && m_clientTls->version() == u"TLS 1.3"_s;
    if (isTooEarly) {
        m_isAlertDue = true;
        m_resetTimer->start(1s, [this] {
            flushTls();
            judgeClientTls();
        });
    }
    return isTooEarly;
}

void HttpTunnel::judgeClientTls()
{
    const auto state = m_clientTls->state();
    if (state == TlsSession::State::Ended && !m_clientEnded && m_stage == Stage::Exchange
        && m_upstream && m_serverTls) {
        m_serverTls->finish();
        flushTls();
    }
    if (state != TlsSession::State::Failed || m_stage == Stage::Over)
        return;
    // Either it does not accept our certificate, or we do not accept that it has none.
    const bool isOurs = m_fault.kind == FaultKind::TlsClientCert;
    m_stage = Stage::Over;
    reportClosed(isOurs, u"FIN"_s);
    m_client->shutdownWrite();
    retireUpstream();
    checkFinished();
}

void HttpTunnel::flushTls()
{
    if (m_serverTls && m_upstream && !m_upstream->isEnding()) {
        const QByteArray bytes = m_serverTls->takeOutput();
        m_bytesUp += bytes.size();
        m_upstream->write(bytes);
    }
    if (m_clientTls && m_client && !m_client->isEnding()) {
        const QByteArray bytes = m_clientTls->takeOutput();
        m_bytesDown += bytes.size();
        if (!bytes.isEmpty())
            m_echo.passed(bytes.size());
        m_client->write(bytes);
    }
}

} // namespace Retryscope
