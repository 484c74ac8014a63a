// SPDX-License-Identifier: MIT
#include "core/tap/tapconnection_p.h"

#include "core/base/logging.h"
#include "core/tap/drain_p.h"
#include "core/tap/tap.h"

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
    m_client->write(Socks5::loginAnswer(true));
    onState(m_socks.proceed());
}

//! The user name is "GENERATION.ATTEMPT"; a generation that is over may not come back.
bool TapConnection::acceptLogin()
{
    const bool rightPassword = equalInConstantTime(m_socks.password(), m_context->password);
    const QByteArray user = m_socks.user();
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
    m_fault = m_context->plan.forAttempt(m_attempt);
    if (m_fault.kind == FaultKind::Reset || m_fault.kind == FaultKind::Close) {
        openTunnel(nullptr);
    } else {
        dial();
    }
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
    dialer->setFault(m_fault.kind, [this](const QString &detail) { reportFault(detail); });
    dialer->dial(m_socks.target());
}

void TapConnection::openTunnel(std::unique_ptr<StreamSocket> upstream)
{
    m_client->disconnect(this);
    m_client->setReading(false);
    m_client->write(Socks5::requestAnswer(Socks5::Reply::Succeeded));
    const QString host = hostOf(m_socks.target());
    m_tunnel = std::make_unique<Tunnel>(
        m_context, std::move(m_client), std::move(upstream), host, m_fault,
        [this](const WireEvent &event) { report(event); }, nullptr);
    connect(m_tunnel.get(), &Tunnel::finished, this, &TapConnection::finished);
    m_tunnel->start(m_socks.takeRest());
}

void TapConnection::refuse(Socks5::Reply reply)
{
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
