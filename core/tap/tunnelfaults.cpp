// SPDX-License-Identifier: MIT
#include "core/tap/tunnel_p.h"

#include "core/wire/tlsalert.h"

#include <utility>

namespace Retryscope {

namespace {

//! How often it is looked whether a client that is not read has left.
constexpr std::chrono::milliseconds stallWatchTime{50};

//! What a web server answers to a ClientHello on its plain port.
QByteArray plainAnswer()
{
    const QByteArray text = "A plain HTTP answer on a TLS port.\n";
    return "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n"
           "Content-Length: "
           + QByteArray::number(text.size()) + "\r\n\r\n" + text;
}

QByteArray fatalAlert(int code)
{
    return QByteArray::fromHex("15030300"
                               "0202")
           + static_cast<char>(code);
}

//! A handshake record with a ServerHello whose body makes no sense.
QByteArray garbageAnswer()
{
    return QByteArray::fromHex("16030300100200000c") + QByteArray(12, '\x5a');
}

QByteArray refusal()
{
    const QByteArray text = "The forged certificate was accepted. The tap did not forward the "
                            "request.\n";
    return "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\n"
           "Content-Length: "
           + QByteArray::number(text.size()) + "\r\n\r\n" + text;
}

CertificateRequest badCertificate(FaultKind kind, const QString &name)
{
    CertificateRequest request;
    request.names = {name};
    if (kind == FaultKind::TlsSelfSigned)
        request.selfSigned = true;
    if (kind == FaultKind::TlsExpired) {
        request.notBefore = QDateTime::currentDateTimeUtc().addDays(-30);
        request.notAfter = QDateTime::currentDateTimeUtc().addDays(-1);
    }
    if (kind == FaultKind::TlsNotYet) {
        request.notBefore = QDateTime::currentDateTimeUtc().addDays(1);
        request.notAfter = QDateTime::currentDateTimeUtc().addDays(30);
    }
    request.weakKey = kind == FaultKind::TlsWeakKey;
    // A name that can be nobody's (RFC 2606).
    if (kind == FaultKind::TlsWrongHost)
        request.names = {QStringLiteral("wrong-host.invalid")};
    return request;
}

} // namespace

void Tunnel::strike()
{
    m_timer->stop();
    m_stage = Stage::Struck;
    retireUpstream();
    switch (m_fault.kind) {
    case FaultKind::Reset:
    case FaultKind::Rst:
    case FaultKind::TlsReset:
    case FaultKind::WriteReset:
        strikeWithReset();
        break;
    case FaultKind::Close:
    case FaultKind::TlsClose:
    case FaultKind::Eof:
    case FaultKind::WriteClose:
        strikeWithEnd();
        break;
    case FaultKind::TlsStall:
    case FaultKind::Silence:
        reportFault(QStringLiteral("nothing is answered, and the connection stays open"));
        break;
    case FaultKind::WriteStall:
        strikeWithStall();
        break;
    case FaultKind::TlsAlert:
        strikeWithAlert(static_cast<int>(m_fault.parameter(QStringLiteral("code")).number));
        break;
    case FaultKind::TlsPlain:
        reportFault(QStringLiteral("the ClientHello was answered in plain HTTP"));
        answerAndClose(plainAnswer());
        break;
    case FaultKind::TlsGarbage:
        reportFault(QStringLiteral("the ClientHello was answered by a ServerHello of nonsense"));
        answerAndClose(garbageAnswer());
        break;
    default:
        strikeWithCertificate();
        break;
    }
}

void Tunnel::strikeWithReset()
{
    reportFault(QStringLiteral("the connection was reset (RST)"));
    reportClosed(true, QStringLiteral("RST"));
    m_client->reset();
    finish();
}

//! Half a close only: what the client still sends is read, because closing with unread bytes would
//! make an RST of it.
void Tunnel::strikeWithEnd()
{
    reportFault(QStringLiteral("the connection was closed (FIN)"));
    reportClosed(true, QStringLiteral("FIN"));
    m_client->shutdownWrite();
}

void Tunnel::strikeWithAlert(int code)
{
    reportFault(QStringLiteral("a fatal alert was sent: %1 (%2)")
                    .arg(wireAlertName(code), QString::number(code)));
    // Seen on the wire like one that an endpoint sends.
    WireEvent alert;
    alert.kind = WireEvent::Kind::TlsAlert;
    alert.fromServer = true;
    alert.alertLevel = 2;
    alert.alertCode = code;
    alert.detail = wireAlertName(code);
    tell(alert);
    answerAndClose(fatalAlert(code));
}

void Tunnel::answerAndClose(const QByteArray &bytes)
{
    m_bytesDown += bytes.size();
    reportClosed(true, QStringLiteral("FIN"));
    m_client->write(bytes);
    m_client->shutdownWrite();
}

void Tunnel::strikeWithCertificate()
{
    if (!m_context->forge)
        m_context->forge = std::make_unique<Forge>();
    const QString name = m_serverName.isEmpty() ? m_host : m_serverName;
    m_impostor = std::make_unique<TlsSession>(TlsSession::Server{
        .credential = m_context->forge->issue(badCertificate(m_fault.kind, name)),
        .protocols = {QByteArrayLiteral("http/1.1")}});
    reportFault(QStringLiteral("a certificate made for this was shown"));
    m_stage = Stage::Deceive;
    deceive(std::exchange(m_held, {}));
}

//! Whoever trusts the certificate all the same gets a 502, and nothing goes further.
void Tunnel::deceive(const QByteArray &bytes)
{
    using State = TlsSession::State;
    const QByteArray request = m_impostor->feed(bytes);
    if (!request.isEmpty()) {
        m_impostor->write(refusal());
        m_impostor->finish();
    }
    const QByteArray answer = m_impostor->takeOutput();
    for (const WatchedPiece &piece : m_watch.fromServer(answer)) {
        for (const WireEvent &event : piece.events)
            tell(event);
    }
    m_bytesDown += answer.size();
    m_client->write(answer);
    if (request.isEmpty() && m_impostor->state() != State::Failed)
        return;
    m_stage = Stage::Struck;
    reportClosed(m_impostor->state() != State::Failed, QStringLiteral("FIN"));
    m_client->shutdownWrite();
}

//! The client cannot send more than the systems between take, and nobody ever answers.
void Tunnel::strikeWithStall()
{
    reportFault(QStringLiteral("nothing more is read, and the connection stays open"));
    m_up->pause();
    watchStalled();
}

//! Who does not read does not see an end either: it has to be asked for.
void Tunnel::watchStalled()
{
    if (!m_client->hasPeerLeft()) {
        m_timer->start(stallWatchTime, [this] { watchStalled(); });
        return;
    }
    reportClosed(false, QStringLiteral("FIN"));
    m_client->reset();
    finish();
}

//! The server's bytes as they go on.
QByteArray Tunnel::damaged(const WatchedPiece &piece)
{
    if (m_fault.kind != FaultKind::TlsBadMac || !m_watch.isTls() || m_stage == Stage::Struck)
        return piece.bytes;
    for (const WireEvent &event : piece.events)
        m_responseSeen = m_responseSeen || event.kind == WireEvent::Kind::TlsFirstData;
    if (!m_responseSeen)
        return piece.bytes;
    QByteArray bytes = piece.bytes;
    const qint64 after = m_fault.parameter(QStringLiteral("after")).number;
    const qsizetype at = m_records.payloadAfter(bytes, after);
    if (at < 0)
        return bytes;
    reportFault(QStringLiteral("a byte of the encrypted answer was changed"));
    bytes[at] = static_cast<char>(~bytes.at(at));
    // Once: what follows means nothing to the client any more.
    m_fault = Fault();
    return bytes;
}

} // namespace Retryscope
