// SPDX-License-Identifier: MIT
#include "tests/support/rawpeer.h"

#include "core/tls/cryptothread.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QMutex>
#include <QtNetwork/QSslSocket>
#include <QtNetwork/QTcpServer>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace Retryscope::Test {

//! What has been seen so far.
class RawPeer::Record
{
public:
    mutable QMutex mutex;
    int connections = 0;
    int scriptsTaken = 0;
    int scriptsDone = 0;
    int releases = 0;
    QList<PeerRequest> requests;
    QList<QByteArray> pieces;
};

//! One connection and its place in its script.
class RawPeer::Connection final : public QObject
{
public:
    Connection(qintptr descriptor, const QList<PeerScript> &scripts,
               const std::optional<Credential> &credential, std::shared_ptr<Record> record,
               QObject *parent)
        : QObject(parent)
        , m_scripts(scripts)
        , m_record(std::move(record))
    {
        const PeerScript script = nextScript();
        // Newer Qts open connections that they never use (6.8.2, for a repeat that a body of ours
        // refuses): one that says nothing must not use up a script that begins with listening.
        if (script.isEmpty() || script.first().kind != PeerStep::Kind::ReadRequest)
            takeScript();
        m_socket.setSocketDescriptor(descriptor);
        connect(&m_socket, &QIODevice::readyRead, this, &Connection::proceed);
        // Not inside these signals: while QSslSocket emits them, its TLS backend holds encrypted
        // bytes that neither bytesToWrite() nor encryptedBytesToWrite() counts (tls_openssl.cpp,
        // transmit()), and a send would be said to be done that is not.
        connect(&m_socket, &QIODevice::bytesWritten, this, &Connection::proceed,
                Qt::QueuedConnection);
        connect(&m_socket, &QSslSocket::encryptedBytesWritten, this, &Connection::proceed,
                Qt::QueuedConnection);
        connect(&m_socket, &QAbstractSocket::disconnected, this, &QObject::deleteLater);
        if (credential) {
            m_socket.setPrivateKey(credential->key);
            m_socket.setLocalCertificateChain(credential->chain);
            connect(&m_socket, &QSslSocket::encrypted, this, &Connection::proceed);
            if (!startsLater(script))
                shakeHands();
        }
    }

    //! Takes as many steps as can be taken now.
    void proceed()
    {
        m_isHandshaking = m_isHandshaking && !m_socket.isEncrypted();
        if (m_isHandshaking)
            return;
        if (m_socket.isOpen())
            m_input += m_socket.readAll();
        if (!m_hasScript && m_input.isEmpty())
            return;
        takeScript();
        while (m_step < m_script.size() && take(m_script.at(m_step)))
            ++m_step;
        if (m_step < m_script.size() || std::exchange(m_isDone, true))
            return;
        const QMutexLocker lock(&m_record->mutex);
        ++m_record->scriptsDone;
    }

    static bool startsLater(const PeerScript &script)
    {
        return std::ranges::any_of(
            script, [](const PeerStep &step) { return step.kind == PeerStep::Kind::StartTls; });
    }

private:
    PeerScript nextScript() const
    {
        const QMutexLocker lock(&m_record->mutex);
        return m_scripts.at(std::min<qsizetype>(m_record->scriptsTaken, m_scripts.size() - 1));
    }

    void takeScript()
    {
        if (std::exchange(m_hasScript, true))
            return;
        m_script = nextScript();
        const QMutexLocker lock(&m_record->mutex);
        ++m_record->scriptsTaken;
    }

    //! False while the step has to wait.
    bool take(const PeerStep &step)
    {
        switch (step.kind) {
        case PeerStep::Kind::ReadRequest:
            return takeRequest();
        case PeerStep::Kind::ReadSome:
            return takeSome();
        case PeerStep::Kind::Send:
            return send(step.bytes);
        case PeerStep::Kind::Cork:
            cork();
            return true;
        case PeerStep::Kind::Hold:
            return passHold();
        case PeerStep::Kind::StartTls:
            // A step later this is asked again.
            if (!m_socket.isEncrypted() && !m_isHandshaking)
                shakeHands();
            return m_socket.isEncrypted();
        case PeerStep::Kind::Fin:
            m_socket.disconnectFromHost();
            return true;
        case PeerStep::Kind::BareFin:
            ::shutdown(static_cast<int>(m_socket.socketDescriptor()), SHUT_RDWR);
            return true;
        case PeerStep::Kind::Rst:
            return resetOutside();
        case PeerStep::Kind::Stall:
            return false;
        }
        return false;
    }

    void shakeHands()
    {
        m_isHandshaking = true;
        m_socket.startServerEncryption();
    }

    bool takeSome()
    {
        if (m_input.isEmpty())
            return false;
        const QMutexLocker lock(&m_record->mutex);
        m_record->pieces.append(std::exchange(m_input, {}));
        return true;
    }

    bool passHold()
    {
        const QMutexLocker lock(&m_record->mutex);
        if (m_record->releases <= m_passed)
            return false;
        ++m_passed;
        return true;
    }

    void cork()
    {
        const int on = 1;
        setsockopt(static_cast<int>(m_socket.socketDescriptor()), IPPROTO_TCP, TCP_CORK, &on,
                   sizeof on);
    }

    bool takeRequest()
    {
        const qsizetype end = m_input.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        PeerRequest request{m_input.left(end + 4), {}};
        const qint64 length = request.header("content-length").toLongLong();
        if (m_input.size() - request.head.size() < length)
            return false;
        request.body = m_input.mid(request.head.size(), length);
        m_input.remove(0, request.head.size() + length);
        const QMutexLocker lock(&m_record->mutex);
        m_record->requests.append(request);
        return true;
    }

    bool send(const QByteArray &bytes)
    {
        if (!m_isSending)
            m_socket.write(bytes);
        m_isSending = m_socket.bytesToWrite() > 0 || m_socket.encryptedBytesToWrite() > 0;
        return !m_isSending;
    }

    // Not inside a signal of the socket: Qt's TLS backend goes on after encryptedBytesWritten()
    // with what abort() has freed (tls_openssl.cpp, transmit()).
    bool resetOutside()
    {
        if (!std::exchange(m_isResetting, true)) {
            QMetaObject::invokeMethod(
                this,
                [this] {
                    reset();
                    m_isReset = true;
                    proceed();
                },
                Qt::QueuedConnection);
        }
        return m_isReset;
    }

    void reset()
    {
        const linger now{1, 0};
        setsockopt(static_cast<int>(m_socket.socketDescriptor()), SOL_SOCKET, SO_LINGER, &now,
                   sizeof now);
        m_socket.abort();
    }

    QSslSocket m_socket;
    const QList<PeerScript> m_scripts;
    PeerScript m_script;
    const std::shared_ptr<Record> m_record;
    QByteArray m_input;
    qsizetype m_step = 0;
    int m_passed = 0;
    bool m_hasScript = false;
    bool m_isDone = false;
    bool m_isResetting = false;
    bool m_isReset = false;
    bool m_isHandshaking = false;
    bool m_isSending = false;
};

class RawPeer::Server final : public QTcpServer
{
public:
    Server(const QList<PeerScript> &scripts, const std::optional<Credential> &credential,
           std::shared_ptr<Record> record)
        : m_scripts(scripts)
        , m_credential(credential)
        , m_record(std::move(record))
    {}

    void proceedAll()
    {
        const QList<Connection *> connections = m_connections;
        for (Connection *connection : connections)
            connection->proceed();
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        {
            const QMutexLocker lock(&m_record->mutex);
            ++m_record->connections;
        }
        auto *connection = new Connection(descriptor, m_scripts, m_credential, m_record, this);
        m_connections.append(connection);
        connect(connection, &QObject::destroyed, this,
                [this, connection] { m_connections.removeOne(connection); });
        // For scripts that do not begin with reading.
        connection->proceed();
    }

private:
    const QList<PeerScript> m_scripts;
    const std::optional<Credential> m_credential;
    const std::shared_ptr<Record> m_record;
    QList<Connection *> m_connections;
};

namespace {

std::optional<Credential> ifThere(const Credential &credential)
{
    return credential.key.isNull() ? std::nullopt : std::optional(credential);
}

} // namespace

RawPeer::RawPeer(const PeerScript &script) : RawPeer(QList<PeerScript>{script})
{}

RawPeer::RawPeer(const QList<PeerScript> &scripts) : RawPeer(scripts, Credential())
{}

RawPeer::RawPeer(const QList<PeerScript> &scripts, const Credential &credential)
    : m_record(std::make_shared<Record>())
    , m_isTls(!credential.key.isNull() && !Connection::startsLater(scripts.first()))
{
    m_server = new Server(scripts, ifThere(credential), m_record);
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("rawpeer cannot listen on loopback");
    m_port = m_server->serverPort();
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, [] {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        releaseCryptoOfThread();
    });
    m_thread.start();
}

RawPeer::~RawPeer()
{
    // In its own thread, and before that ends: nothing of it is left to be taken for a leak.
    QMetaObject::invokeMethod(
        m_server, [server = m_server] { delete server; }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

QUrl RawPeer::url(const QString &path) const
{
    QUrl url;
    url.setScheme(m_isTls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(QStringLiteral("127.0.0.1"));
    url.setPort(m_port);
    url.setPath(path);
    return url;
}

int RawPeer::connections() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->connections;
}

int RawPeer::requests() const
{
    const QMutexLocker lock(&m_record->mutex);
    return static_cast<int>(m_record->requests.size());
}

QList<PeerRequest> RawPeer::received() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->requests;
}

QList<QByteArray> RawPeer::pieces() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->pieces;
}

int RawPeer::scriptsDone() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->scriptsDone;
}

void RawPeer::release()
{
    {
        const QMutexLocker lock(&m_record->mutex);
        ++m_record->releases;
    }
    QMetaObject::invokeMethod(
        m_server, [server = m_server] { server->proceedAll(); }, Qt::QueuedConnection);
}

QByteArray PeerRequest::header(const QByteArray &name) const
{
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.left(colon).compare(name, Qt::CaseInsensitive) == 0)
            return line.mid(colon + 1).trimmed();
    }
    return {};
}

QByteArray response(int status, const QByteArray &body, const QByteArray &extraHeaders)
{
    return "HTTP/1.1 " + QByteArray::number(status) + " Scripted\r\nContent-Length: "
           + QByteArray::number(body.size()) + "\r\n" + extraHeaders + "\r\n" + body;
}

} // namespace Retryscope::Test
