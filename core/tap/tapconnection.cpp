// SPDX-License-Identifier: MIT
#include "core/tap/tapconnection_p.h"

#include "core/base/logging.h"
#include "core/fault/faultcatalogue.h"
#include "core/tap/drain_p.h"
#include "core/tap/tap.h"
#include "core/wire/proxyhandshake.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

namespace {

//! How long a client may take to say what it wants.
constexpr std::chrono::seconds handshakeTime{10};

//! Takes as long whichever byte differs, so that the password cannot be found byte by byte.
bool equalInConstantTime(const QByteArray &given, const QByteArray &expected)
{
    unsigned difference = given.size() == expected.size() ? 0 : 1;
    for (qsizetype i = 0; i < expected.size(); ++i) {
        const char c = given.isEmpty() ? '\0' : given.at(i % given.size());
        difference |= static_cast<unsigned char>(c ^ expected.at(i));
    }
    return difference == 0;
}

} // namespace

TapConnection::TapConnection(TapContext *context, qintptr descriptor, quint64 number,
                             QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_client(std::make_unique<StreamSocket>(descriptor, nullptr))
    , m_timer(context->clock->createTimer())
    , m_number(number)
{
    connect(m_client.get(), &StreamSocket::readyRead, this, &TapConnection::readClient);
    m_timer->start(handshakeTime, [this] { end(); });
    m_client->setReading(true);
}

TapConnection::~TapConnection() = default;

void TapConnection::readClient()
{
    QByteArray bytes;
    switch (m_client->read(&bytes)) {
    case StreamSocket::Read::Data:
        onState(m_socks.feed(bytes));
        break;
    case StreamSocket::Read::Nothing:
        break;
    case StreamSocket::Read::End:
    case StreamSocket::Read::Broken:
        // The client gave up before there was a tunnel.
        end();
        break;
    }
}

void TapConnection::onState(SocksReader::State state)
{
    switch (state) {
    case SocksReader::State::NeedMore:
        break;
    case SocksReader::State::Greeting:
        onGreeting();
        break;
    case SocksReader::State::Login:
        onLogin();
        break;
    case SocksReader::State::Request:
        // While the name is looked up or an address is dialled, more bytes only pile up.
        if (m_timer->isActive())
            onRequest();
        break;
    case SocksReader::State::Error:
        qCDebug(lcTap, "connection %llu: %ls", m_number, qUtf16Printable(m_socks.errorText()));
        if (m_socks.isReplyDue())
            answerAndEnd(Socks5::requestAnswer(m_socks.errorReply()));
        else
            end();
        break;
    }
}

void TapConnection::onGreeting()
{
    // Without the password any local program could use the relay.
    if (!m_socks.offers(Socks5::Method::Password)) {
        answerAndEnd(Socks5::methodAnswer(Socks5::Method::NoneAcceptable));
        return;
    }
    m_client->write(Socks5::methodAnswer(Socks5::Method::Password));
    onState(m_socks.proceed(true));
}

void TapConnection::onLogin()
{
    if (!acceptLogin()) {
        answerAndEnd(Socks5::loginAnswer(false));
        return;
    }
    m_fault = m_context->plan.forAttempt(m_attempt);
    m_client->write(Socks5::loginAnswer(true));
    onState(m_socks.proceed());
}

//! The user name is "GENERATION.ATTEMPT"; a generation that is over may not come back.
bool TapConnection::acceptLogin()
{
    const bool rightPassword = equalInConstantTime(m_socks.password(), m_context->password);
    const QByteArray user = m_socks.user();
    // No plan, nobody to serve: its owner has gone.
    if (m_context->generation == 0)
        return false;
    if (m_context->counts && rightPassword && user == Tap::countedUser()) {
        m_generation = m_context->generation;
        m_attempt = ++m_context->counted;
        return true;
    }
    const qsizetype dot = user.indexOf('.');
    bool rightGeneration = false;
    bool rightAttempt = false;
    const quint64 generation = user.left(dot).toULongLong(&rightGeneration);
    const int attempt = user.mid(dot + 1).toInt(&rightAttempt);
    if (!rightPassword || dot < 0 || !rightGeneration || !rightAttempt || attempt < 1
        || generation != m_context->generation)
        return false;
    m_generation = generation;
    m_attempt = attempt;
    return true;
}

void TapConnection::onRequest()
{
    m_timer->stop();
    if (m_socks.command() != Socks5::Command::Connect) {
        answerAndEnd(Socks5::requestAnswer(Socks5::Reply::CommandNotSupported));
        return;
    }
    if (m_fault.kind == FaultKind::Reset || m_fault.kind == FaultKind::Close)
        openTunnel(nullptr);
    else if (faultDescriptor(m_fault.kind).phase == FaultPhase::Proxy)
        strikeAsProxy();
    else
        dial();
}

void TapConnection::dial()
{
    const auto reported = [this](const WireEvent &event) {
        report(event);
    };
    if (m_context->upstream.type() == QNetworkProxy::NoProxy) {
        m_dialer = std::make_unique<Dialer>(m_context->clock, m_context->port, reported, nullptr);
        dialWith(m_dialer);
    } else {
        m_proxyDialer = std::make_unique<ProxyDialer>(m_context->clock, m_context->port,
                                                      m_context->upstream, reported, nullptr);
        dialWith(m_proxyDialer);
    }
}

template <typename AnyDialer>
void TapConnection::dialWith(std::unique_ptr<AnyDialer> &dialer)
{
    // Queued: the dialer must not be destroyed from inside.
    connect(
        dialer.get(), &AnyDialer::connected, this,
        [this, &dialer] {
            auto upstream = dialer->takeSocket();
            dialer.reset();
            openTunnel(std::move(upstream));
        },
        Qt::QueuedConnection);
    connect(dialer.get(), &AnyDialer::failed, this, &TapConnection::refuse, Qt::QueuedConnection);
    dialer->setFault(m_fault, [this](const QString &detail) { reportFault(detail); });
    dialer->dial(m_socks.target());
}

void TapConnection::openTunnel(std::unique_ptr<StreamSocket> upstream)
{
    m_client->disconnect(this);
    m_client->setReading(false);
    if (!std::exchange(m_isAnswered, true))
        m_client->write(Socks5::requestAnswer(Socks5::Reply::Succeeded));
    const QString host = hostOf(m_socks.target());
    const auto reported = [this](const WireEvent &event) {
        report(event);
    };
    const QByteArray early = m_early + m_socks.takeRest();
    m_early.clear();
    if (upstream && faultDescriptor(m_fault.kind).site == FaultSite::Http) {
        m_httpTunnel = std::make_unique<HttpTunnel>(m_context, std::move(m_client),
                                                    std::move(upstream), host, m_fault, reported);
        connect(m_httpTunnel.get(), &HttpTunnel::finished, this, &TapConnection::finished);
        // Queued: the tunnel must not be destroyed from inside.
        connect(m_httpTunnel.get(), &HttpTunnel::refused, this, &TapConnection::relayAsItIs,
                Qt::QueuedConnection);
        m_httpTunnel->start(early);
        return;
    }
    m_tunnel = std::make_unique<Tunnel>(m_context, std::move(m_client), std::move(upstream), host,
                                        m_fault, reported, nullptr);
    connect(m_tunnel.get(), &Tunnel::finished, this, &TapConnection::finished);
    m_tunnel->start(early);
}

//! The client gets to see by itself what is wrong with the endpoint's TLS. If it likes what it sees
//! all the same, its request still does not reach the endpoint: it was meant for a fault.
void TapConnection::relayAsItIs()
{
    m_client = m_httpTunnel->takeClient();
    m_early = m_httpTunnel->takeHeld();
    m_httpTunnel.reset();
    if (!m_client) {
        end();
        return;
    }
    connect(m_client.get(), &StreamSocket::readyRead, this, [this] {
        QByteArray bytes;
        const auto result = m_client->read(&bytes);
        m_early += bytes;
        if (result == StreamSocket::Read::End || result == StreamSocket::Read::Broken)
            end();
    });
    m_client->setReading(true);
    m_fault = Fault();
    m_fault.kind = FaultKind::Eof;
    dial();
}

//! What a proxy on the way would say, which this is for the client. The words are those that such
//! an answer of a real one gets.
void TapConnection::strikeAsProxy()
{
    struct Likeness
    {
        FaultKind kind;
        QByteArray answer;
    };

    const Likeness likenesses[] = {
        {FaultKind::ProxyGeneral, Socks5::requestAnswer(Socks5::Reply::GeneralFailure)},
        {FaultKind::ProxyDenied, Socks5::requestAnswer(Socks5::Reply::NotAllowed)},
        {FaultKind::ProxyAuth, Socks5::loginAnswer(false)},
        {FaultKind::ProxyGarbage, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"},
        {FaultKind::ProxyClose, {}},
    };
    const auto likeness = std::ranges::find(likenesses, m_fault.kind, &Likeness::kind);
    ProxyHandshake handshake(ProxyHandshake::Protocol::Socks5, m_socks.target(), "user",
                             "password");
    handshake.feed(Socks5::methodAnswer(Socks5::Method::Password));
    if (m_fault.kind != FaultKind::ProxyAuth)
        handshake.feed(Socks5::loginAnswer(true));
    handshake.feed(likeness->answer.left(handshake.wanted()));
    handshake.end();

    WireEvent event;
    event.kind = WireEvent::Kind::ProxyStarted;
    event.host = hostOf(m_socks.target()) + u':' + QString::number(m_socks.target().port);
    event.via = QStringLiteral("127.0.0.1:%1").arg(m_context->port);
    report(event);
    reportFault(faultDescriptor(m_fault.kind).summary);
    event.kind = WireEvent::Kind::ProxyFinished;
    event.detail = handshake.cause();
    event.error = handshake.errorText();
    event.isTargetsFailure = handshake.blame() == ProxyHandshake::Blame::Target;
    event.isNamesFailure = handshake.blame() == ProxyHandshake::Blame::Name;
    report(event);
    answerAndEnd(likeness->answer);
}

void TapConnection::refuse(Socks5::Reply reply)
{
    // The client was told that it is connected: what is left is to end that.
    if (m_isAnswered) {
        end();
        return;
    }
    answerAndEnd(Socks5::requestAnswer(reply));
}

//! Never without an answer: QNetworkAccessManager reconnects for ever to a proxy that closes
//! instead of answering, measured with Qt 6.4.2.
void TapConnection::answerAndEnd(const QByteArray &answer)
{
    if (m_client) {
        m_client->disconnect(this);
        m_client->write(answer);
        new Drain(m_context->clock, std::move(m_client), m_context->drains);
    }
    end();
}

void TapConnection::end()
{
    m_timer->stop();
    if (m_client) {
        m_client->disconnect(this);
        m_client->close();
    }
    Q_EMIT finished();
}

void TapConnection::report(WireEvent event) const
{
    event.stamp = m_context->clock->now();
    event.attempt = m_attempt;
    event.connection = m_number;
    m_context->publish(m_generation, event);
}

void TapConnection::reportFault(const QString &detail) const
{
    WireEvent event;
    event.kind = WireEvent::Kind::FaultInjected;
    event.fault = m_fault;
    event.detail = detail;
    report(event);
}

} // namespace Retryscope

#include "moc_tapconnection_p.cpp"
