// SPDX-License-Identifier: MIT
#include "tests/support/scriptedproxy.h"

#include "core/wire/socks5.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QMutex>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <sys/socket.h>

namespace Retryscope::Test {

using Kind = ProxyAct::Kind;

//! What has been seen so far.
class ScriptedProxy::Record
{
public:
    void noteRequest(const QString &request)
    {
        const QMutexLocker lock(&mutex);
        requests.append(request);
    }

    void noteLogin(const QByteArray &login)
    {
        const QMutexLocker lock(&mutex);
        logins.append(QString::fromLatin1(login));
    }

    mutable QMutex mutex;
    int connections = 0;
    //! Nothing is held any more. Belongs to the proxy's thread.
    bool isReleased = false;
    QStringList requests;
    QStringList logins;
};

//! One client, from its greeting to the end of its tunnel.
class ScriptedProxy::Connection final : public QObject
{
public:
    Connection(qintptr descriptor, Protocol protocol, ProxyAct act, QByteArray login,
               std::shared_ptr<Record> record, QObject *parent)
        : QObject(parent)
        , m_protocol(protocol)
        , m_act(std::move(act))
        , m_login(std::move(login))
        , m_record(std::move(record))
    {
        m_client.setSocketDescriptor(descriptor);
        connect(&m_client, &QIODevice::readyRead, this, &Connection::read);
        connect(&m_client, &QAbstractSocket::disconnected, this, [this] {
            m_origin.disconnectFromHost();
            deleteLater();
        });
        connect(&m_origin, &QIODevice::readyRead, this,
                [this] { m_client.write(m_origin.readAll()); });
        connect(&m_origin, &QAbstractSocket::disconnected, &m_client,
                &QAbstractSocket::disconnectFromHost);
        connect(&m_origin, &QAbstractSocket::connected, this, &Connection::openTunnel);
        connect(&m_origin, &QAbstractSocket::errorOccurred, this, [this] {
            if (!m_isOpen)
                refuse();
        });
        if (m_act.kind == Kind::CloseAtOnce)
            m_client.disconnectFromHost();
    }

    ~Connection() override
    {
        m_client.disconnect(this);
        m_origin.disconnect(this);
    }

    void release()
    {
        if (m_held != 0)
            dial(std::exchange(m_held, quint16(0)));
    }

private:
    void read()
    {
        const QByteArray bytes = m_client.readAll();
        if (m_isOpen) {
            m_origin.write(bytes);
        } else if (m_act.kind == Kind::CloseOnGreeting) {
            m_client.disconnectFromHost();
        } else if (m_act.kind == Kind::ResetOnGreeting) {
            reset();
        } else if (m_act.kind == Kind::AnswerGreeting) {
            m_client.write(m_act.bytes);
            m_client.disconnectFromHost();
        } else if (m_protocol == Protocol::Http) {
            readHttp(bytes);
        } else {
            readSocks(m_socks.feed(bytes));
        }
    }

    void readHttp(const QByteArray &bytes)
    {
        m_input += bytes;
        const qsizetype end = m_input.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray head = m_input.left(end + 2);
        const QByteArray line = head.left(head.indexOf(" HTTP/"));
        m_record->noteRequest(QString::fromLatin1(line));
        const QByteArray login = loginOf(head);
        if (!login.isEmpty())
            m_record->noteLogin(login);
        if (act())
            return;
        if (login != m_login) {
            m_input.clear();
            m_client.write("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"
                           "Content-Length: 5\r\n\r\nlogin");
            return;
        }
        const QByteArray target = line.mid(line.indexOf(' ') + 1);
        if (line.startsWith("CONNECT ")) {
            m_input.remove(0, end + 4);
            m_greeting = "HTTP/1.1 200 Open\r\n\r\n";
            dial(target.mid(target.lastIndexOf(':') + 1).toUShort());
        } else {
            // The origin's own form of the request; what is for the proxy stays here.
            const QUrl url(QString::fromLatin1(target));
            m_input.replace(m_input.indexOf(target), target.size(), url.path().toLatin1());
            dial(static_cast<quint16>(url.port(80)));
        }
    }

    static QByteArray loginOf(const QByteArray &head)
    {
        // Qt 6.8.2 writes the names of headers in lower case.
        const QByteArray name = "proxy-authorization: basic ";
        const qsizetype start = head.toLower().indexOf(name);
        if (start < 0)
            return {};
        const qsizetype from = start + name.size();
        return QByteArray::fromBase64(head.mid(from, head.indexOf('\r', from) - from));
    }

    void readSocks(SocksReader::State state)
    {
        const auto wanted = m_login.isEmpty() ? Socks5::Method::None : Socks5::Method::Password;
        switch (state) {
        case SocksReader::State::Greeting:
            if (!m_socks.offers(wanted)) {
                finish(Socks5::methodAnswer(Socks5::Method::NoneAcceptable));
                return;
            }
            m_client.write(Socks5::methodAnswer(wanted));
            readSocks(m_socks.proceed(!m_login.isEmpty()));
            return;
        case SocksReader::State::Login: {
            const QByteArray login = m_socks.user() + ':' + m_socks.password();
            m_record->noteLogin(login);
            if (login != m_login) {
                finish(Socks5::loginAnswer(false));
                return;
            }
            m_client.write(Socks5::loginAnswer(true));
            readSocks(m_socks.proceed());
            return;
        }
        case SocksReader::State::Request:
            noteSocksRequest();
            m_greeting = Socks5::requestAnswer(Socks5::Reply::Succeeded);
            m_input = m_socks.takeRest();
            if (!act())
                dial(m_socks.target().port);
            return;
        case SocksReader::State::Error:
            m_client.abort();
            return;
        case SocksReader::State::NeedMore:
            return;
        }
    }

    void noteSocksRequest()
    {
        const SocksTarget target = m_socks.target();
        QString host = target.name;
        if (target.address.size() == 4) {
            host = QHostAddress(target.address.toHex().toUInt(nullptr, 16)).toString();
        } else if (target.address.size() == 16) {
            const auto *bytes = reinterpret_cast<const quint8 *>(target.address.constData());
            host = QStringLiteral("[%1]").arg(QHostAddress(bytes).toString());
        }
        m_record->noteRequest(QStringLiteral("SOCKS %1:%2").arg(host).arg(target.port));
    }

    //! True where the script deals with the request.
    bool act()
    {
        switch (m_act.kind) {
        case Kind::Answer:
            m_client.write(m_act.bytes);
            return true;
        case Kind::AnswerAndClose:
            finish(m_act.bytes);
            return true;
        case Kind::CloseOnRequest:
            m_client.disconnectFromHost();
            return true;
        case Kind::ResetOnRequest:
            reset();
            return true;
        case Kind::Hold:
        case Kind::Serve:
        case Kind::CloseAtOnce:
        case Kind::CloseOnGreeting:
        case Kind::ResetOnGreeting:
        case Kind::AnswerGreeting:
            break;
        }
        return false;
    }

    void finish(const QByteArray &bytes)
    {
        m_client.write(bytes);
        m_client.disconnectFromHost();
    }

    void reset()
    {
        const linger now{1, 0};
        setsockopt(static_cast<int>(m_client.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now,
                   sizeof now);
        m_client.abort();
    }

    void dial(quint16 port)
    {
        if (m_act.kind == Kind::Hold && !m_record->isReleased) {
            m_held = port;
            return;
        }
        m_origin.setProxy(QNetworkProxy::NoProxy);
        m_origin.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    }

    void openTunnel()
    {
        m_isOpen = true;
        m_client.write(m_greeting);
        m_origin.write(std::exchange(m_input, {}));
    }

    void refuse()
    {
        finish(m_protocol == Protocol::Http
                   ? QByteArray("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                   : Socks5::requestAnswer(Socks5::Reply::ConnectionRefused));
    }

    const Protocol m_protocol;
    const ProxyAct m_act;
    const QByteArray m_login;
    const std::shared_ptr<Record> m_record;
    QTcpSocket m_client;
    QTcpSocket m_origin;
    SocksReader m_socks;
    QByteArray m_input;
    //! What tells the client that the tunnel is open; nothing where the request is forwarded.
    QByteArray m_greeting;
    //! Where to, once it is released; 0: nothing is held.
    quint16 m_held = 0;
    bool m_isOpen = false;
};

class ScriptedProxy::Server final : public QTcpServer
{
public:
    Server(Protocol protocol, ProxyAct act, QByteArray login, std::shared_ptr<Record> record)
        : m_protocol(protocol)
        , m_act(std::move(act))
        , m_login(std::move(login))
        , m_record(std::move(record))
    {}

    void release()
    {
        m_record->isReleased = true;
        for (QObject *child : children()) {
            if (auto *connection = dynamic_cast<Connection *>(child))
                connection->release();
        }
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        {
            const QMutexLocker lock(&m_record->mutex);
            ++m_record->connections;
        }
        new Connection(descriptor, m_protocol, m_act, m_login, m_record, this);
    }

private:
    const Protocol m_protocol;
    const ProxyAct m_act;
    const QByteArray m_login;
    const std::shared_ptr<Record> m_record;
};

ScriptedProxy::ScriptedProxy(Protocol protocol, const ProxyAct &act, const QByteArray &login)
    : m_protocol(protocol)
    , m_record(std::make_shared<Record>())
{
    m_server = new Server(protocol, act, login, m_record);
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("scriptedproxy cannot listen on loopback");
    m_port = m_server->serverPort();
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished,
                     [] { QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); });
    m_thread.start();
}

ScriptedProxy::~ScriptedProxy()
{
    QMetaObject::invokeMethod(
        m_server, [server = m_server] { delete server; }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

QString ScriptedProxy::address() const
{
    return QStringLiteral("127.0.0.1:%1").arg(m_port);
}

QString ScriptedProxy::url(const QString &login) const
{
    const bool isHttp = m_protocol == Protocol::Http;
    return (isHttp ? QStringLiteral("http://") : QStringLiteral("socks5h://"))
           % (login.isEmpty() ? QString() : QString(login % QLatin1Char('@'))) % address();
}

QNetworkProxy ScriptedProxy::proxy(const QString &user, const QString &password) const
{
    const bool isHttp = m_protocol == Protocol::Http;
    return QNetworkProxy(isHttp ? QNetworkProxy::HttpProxy : QNetworkProxy::Socks5Proxy,
                         QStringLiteral("127.0.0.1"), m_port, user, password);
}

void ScriptedProxy::release()
{
    QMetaObject::invokeMethod(
        m_server, [server = m_server] { server->release(); }, Qt::BlockingQueuedConnection);
}

int ScriptedProxy::connections() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->connections;
}

QStringList ScriptedProxy::requests() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->requests;
}

QStringList ScriptedProxy::logins() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->logins;
}

} // namespace Retryscope::Test
