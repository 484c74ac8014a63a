// SPDX-License-Identifier: MIT
#include "core/tap/tunnel_p.h"

#include "core/tap/impostor_p.h"
#include "core/wire/tlsalert.h"

#include <utility>

namespace Retryscope {

namespace {

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
        strikeWithReset();
        break;
    case FaultKind::Close:
    case FaultKind::TlsClose:
    case FaultKind::Eof:
        strikeWithEnd();
        break;
    case FaultKind::TlsStall:
    case FaultKind::Silence:
        reportFault(QStringLiteral("nothing is answered, and the connection stays open"));
        break;
    case FaultKind::TlsAlert:
        strikeWithAlert(static_cast<int>(m_fault.parameter(QStringLiteral("code")).number));
        break;
    case FaultKind::TlsPlain:
        reportFault(QStringLiteral("the ClientHello was answered in plain HTTP"));
        answerAndClose(plainAnswer());
        break;
    case FaultKind::TlsSelfSigned:
    case FaultKind::TlsExpired:
    case FaultKind::TlsWrongHost:
        strikeWithCertificate();
        break;
    case FaultKind::None:
    case FaultKind::Dns:
    case FaultKind::Refused:
    case FaultKind::Unreachable:
    case FaultKind::Latency:
    case FaultKind::HttpStatus:
    case FaultKind::Empty200:
    case FaultKind::Quota:
    case FaultKind::Cut:
    case FaultKind::BodyReset:
    case FaultKind::Stall:
    case FaultKind::NoTerminal:
    case FaultKind::ErrorEvent:
    case FaultKind::BadJson:
    case FaultKind::SplitUtf8:
    case FaultKind::SplitCrlf:
    case FaultKind::Crlf:
    case FaultKind::CrOnly:
    case FaultKind::Bom:
    case FaultKind::Comments:
    case FaultKind::Duplicate:
    case FaultKind::Drop:
    case FaultKind::BigEvent:
    case FaultKind::PingsOnly:
    case FaultKind::SlowFirst:
    case FaultKind::WrongDialect:
    case FaultKind::LengthStop:
    case FaultKind::Refusal:
        Q_ASSERT_X(false, "Tunnel::strike", "this fault never waits to strike");
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
    m_report(alert);
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
    m_impostor = std::make_unique<Impostor>(
        m_context->forge->issue(badCertificate(m_fault.kind, name)), nullptr);
    reportFault(QStringLiteral("a certificate made for this was shown"));
    if (!m_impostor->listen(QHostAddress::LocalHost)) {
        strikeWithEnd();
        return;
    }
    m_upstream = std::make_unique<StreamSocket>(nullptr);
    connect(m_upstream.get(), &StreamSocket::connected, this, &Tunnel::relayToImpostor);
    connect(m_upstream.get(), &StreamSocket::connectFailed, this, [this] { strikeWithEnd(); });
    m_upstream->connectTo(QHostAddress(QHostAddress::LocalHost), m_impostor->serverPort());
    m_impostor->expect(m_upstream->localPort());
}

void Tunnel::relayToImpostor()
{
    m_stage = Stage::Deceive;
    watchUpstream();
    m_down->start();
    m_up->forward(std::exchange(m_held, {}));
}

} // namespace Retryscope
