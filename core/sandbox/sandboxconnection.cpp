// SPDX-License-Identifier: MIT
#include "core/sandbox/sandboxconnection_p.h"

#include "core/sandbox/answermaker_p.h"
#include "core/sandbox/http2session_p.h"
#include "core/sandbox/socketend_p.h"

#include <QtCore/QTimer>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>

#include <algorithm>

namespace Retryscope {

using namespace std::chrono_literals;

namespace {

// What a client sends while it is being answered waits in the socket, and beyond this in the
// kernel.
constexpr qint64 readBuffer = 256 * 1024;
// Silence of the client, in a request or between two.
constexpr auto patience = 75s;
// From a request's first byte to its last: who sends one a minute does not keep its place for ever.
constexpr auto requestPatience = 300s;
// How long a client may go on sending after it was told that it is not heard any more.
constexpr auto drainPatience = 5s;

QTcpSocket *makeSocket(qintptr descriptor, const ConnectionOffer &offer, QObject *parent)
{
    const Credential &credential = offer.credential;
    if (credential.key.isNull()) {
        auto *plain = new QTcpSocket(parent);
        plain->setSocketDescriptor(descriptor);
        return plain;
    }
    auto *tls = new QSslSocket(parent);
    QSslConfiguration configuration = tls->sslConfiguration();
    configuration.setPrivateKey(credential.key);
    configuration.setLocalCertificateChain(credential.chain);
    QList<QByteArray> protocols{QSslConfiguration::NextProtocolHttp1_1};
    if (offer.http2)
        protocols.prepend(QSslConfiguration::ALPNProtocolHTTP2);
    configuration.setAllowedNextProtocols(protocols);
    tls->setSslConfiguration(configuration);
    tls->setSocketDescriptor(descriptor);
    return tls;
}

//! A method, or the line ends that RFC 9112 lets a server read over. A TLS ClientHello, say, starts
//! otherwise, and its sender would wait for ever for a line end of ours.
bool mayStartRequest(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '\r' || c == '\n';
}

} // namespace

SandboxConnection::SandboxConnection(qintptr descriptor, const ConnectionOffer &offer, Clock *clock,
                                     Callbacks callbacks, QObject *parent)
    : QObject(parent)
    , m_socket(makeSocket(descriptor, offer, this))
    , m_clock(clock)
    , m_overTls(!offer.credential.key.isNull())
    , m_callbacks(std::move(callbacks))
    , m_parser(requestLimits)
    , m_sink(new Http1Sink(m_socket, this))
    , m_player(new AnswerPlayer(m_sink, clock, m_callbacks.struck, this))
    , m_patience(clock->createTimer())
    , m_resetTimer(clock->createTimer())
{
    connectSocket();
    sendAtOnce(*m_socket);
    m_socket->setReadBufferSize(readBuffer);
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket))
        tls->startServerEncryption();
    restartPatience();
}

void SandboxConnection::connectSocket()
{
    connect(m_socket, &QTcpSocket::readyRead, this, &SandboxConnection::onReadyRead);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &SandboxConnection::onBytesWritten);
    connect(m_socket, &QTcpSocket::disconnected, this, &SandboxConnection::onDisconnected);
    // A TLS handshake that fails leaves the socket connected.
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this] {
        if (m_socket->state() != QAbstractSocket::UnconnectedState)
            m_socket->abort();
        onDisconnected();
    });
    connect(m_player, &AnswerPlayer::finished, this, &SandboxConnection::onAnswered);
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &SandboxConnection::onBytesWritten);
}

bool SandboxConnection::isIdle() const
{
    return (!m_http2 || m_http2->isIdle()) && m_state == State::Reading && !m_begun
           && m_socket->bytesAvailable() == 0;
}

void SandboxConnection::abandon()
{
    if (m_state == State::Closed)
        return;
    m_state = State::Closed;
    m_player->stop();
    if (m_http2)
        m_http2->stop();
    m_patience->stop();
    m_resetTimer->stop();
    m_socket->disconnect(this);
    m_socket->abort();
    deleteLater();
}

void SandboxConnection::onDisconnected()
{
    if (m_state == State::Closed)
        return;
    abandon();
    Q_EMIT closed();
}

void SandboxConnection::restartPatience()
{
    std::chrono::nanoseconds left = patience;
    if (m_begun)
        left = std::min(left, m_begunAt + requestPatience - m_clock->now());
    m_patience->start(std::max(left, 0ns), [this] {
        if (m_http2 && m_http2->isAnswering()) {
            restartPatience();
            return;
        }
        // Nothing but silence for so long: over TLS this says goodbye properly.
        m_socket->disconnectFromHost();
    });
}

void SandboxConnection::onReadyRead()
{
    if (m_state == State::Draining)
        m_socket->readAll();
    if (m_state != State::Reading)
        return;
    chooseProtocol();
    const QByteArray bytes = m_socket->readAll();
    if (m_http2)
        feedHttp2(bytes);
    else
        feed(bytes);
}

//! What ALPN has settled on: by the time there is something to read, it has.
void SandboxConnection::chooseProtocol()
{
    const auto *tls = qobject_cast<const QSslSocket *>(m_socket);
    if (std::exchange(m_isChosen, true) || !tls
        || tls->sslConfiguration().nextNegotiatedProtocol() != QSslConfiguration::ALPNProtocolHTTP2)
        return;
    m_http2 = new Http2Session(m_socket, m_clock,
                               {[this](const HttpRequestParser &request) {
                                    return m_callbacks.answer(
                                        request, {.overTls = m_overTls, .overHttp2 = true});
                                },
                                m_callbacks.struck,
                                [this](SandboxAnswer::End how) {
                                    end(how);
                                }},
                               this);
}

void SandboxConnection::feedHttp2(const QByteArray &bytes)
{
    m_http2->receive(bytes);
    if (m_state != State::Reading)
        return;
    const auto oldest = m_http2->oldestUnfinished();
    m_begun = oldest.has_value();
    m_begunAt = oldest.value_or(0ns);
    restartPatience();
}

void SandboxConnection::feed(const QByteArray &bytes)
{
    using ParserState = HttpRequestParser::State;
    if (bytes.isEmpty())
        return;
    const bool isFirst = !std::exchange(m_begun, true);
    if (isFirst)
        m_begunAt = m_clock->now();
    restartPatience();
    if (isFirst && !mayStartRequest(bytes.front())) {
        refuse(400, QStringLiteral("These bytes are no HTTP request."));
        return;
    }
    switch (m_parser.feed(bytes)) {
    case ParserState::NeedMore:
        break;
    case ParserState::Head:
        if (m_parser.expectsContinue() && !std::exchange(m_continued, true))
            m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
        break;
    case ParserState::Complete:
        answerRequest();
        break;
    case ParserState::Error:
        refuse(m_parser.errorStatus(), m_parser.errorText());
        break;
    }
}

void SandboxConnection::answerRequest()
{
    m_patience->stop();
    m_state = State::Answering;
    const SandboxAnswer answer = m_callbacks.answer(m_parser, {.overTls = m_overTls});
    // The callback reaches the sandbox's users, who may have stopped it.
    if (m_state == State::Closed)
        return;
    m_end = answer.end;
    m_closeAfterwards = answer.closeAfterwards || (answer.stream && m_parser.minorVersion() < 1);
    m_sink->setMinorVersion(m_parser.minorVersion());
    m_player->play(answer);
}

void SandboxConnection::refuse(int status, const QString &text)
{
    m_patience->stop();
    m_state = State::Answering;
    m_end = SandboxAnswer::End::Fin; // nobody knows where the next request would begin
    m_sink->setMinorVersion(1);
    m_player->play(AnswerMaker::answerToGarbage(status, text));
}

void SandboxConnection::onAnswered()
{
    if (m_state != State::Answering || m_end == SandboxAnswer::End::Silence)
        return;
    if (m_end == SandboxAnswer::End::Clean && !m_closeAfterwards) {
        // Not from here: the next answer would be written from within the end of this one.
        QTimer::singleShot(0, this, &SandboxConnection::readNext);
        return;
    }
    if (m_end == SandboxAnswer::End::Clean) {
        m_socket->disconnectFromHost();
        return;
    }
    end(m_end);
}

void SandboxConnection::end(SandboxAnswer::End how)
{
    m_patience->stop();
    m_end = how;
    m_state = State::Draining;
    if (m_http2)
        m_http2->stop();
    tryToEnd();
}

void SandboxConnection::readNext()
{
    if (m_state != State::Answering)
        return;
    const QByteArray rest = m_parser.takeRest() + m_socket->readAll();
    m_parser.reset();
    m_begun = false;
    m_continued = false;
    m_state = State::Reading;
    restartPatience();
    if (!rest.isEmpty())
        feed(rest);
}

void SandboxConnection::onBytesWritten()
{
    // Later: QSslSocket says so when the bytes are encrypted, before they reach the socket below.
    if (m_state == State::Draining)
        QMetaObject::invokeMethod(this, &SandboxConnection::tryToEnd, Qt::QueuedConnection);
}

void SandboxConnection::tryToEnd()
{
    if (m_state != State::Draining || unwrittenBytes(*m_socket) > 0 || m_patience->isActive())
        return;
    if (m_end != SandboxAnswer::End::Reset) {
        m_socket->readAll();
        finishWriting(*m_socket);
        m_patience->start(drainPatience, [this] { m_socket->abort(); });
    } else if (allSent(*m_socket)) {
        resetConnection(*m_socket);
    } else {
        m_resetTimer->start(1ms, [this] { tryToEnd(); });
    }
}

} // namespace Retryscope

#include "moc_sandboxconnection_p.cpp"
