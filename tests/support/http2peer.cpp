// SPDX-License-Identifier: MIT
#include "tests/support/http2peer.h"

#include "core/tls/cryptothread.h"
#include "tests/support/http2session_p.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QPointer>
#include <QtNetwork/QTcpServer>

namespace Retryscope::Test {

class Http2Peer::Server final : public QTcpServer
{
public:
    Server(const QList<Http2::Script> &scripts, const Http2PeerOptions &options,
           std::shared_ptr<Http2Record> record)
        : m_context(std::make_shared<Http2Context>())
    {
        m_context->scripts = scripts;
        m_context->options = options;
        m_context->record = std::move(record);
        m_context->onProgress = [this] {
            QMetaObject::invokeMethod(this, &Server::proceedAll, Qt::QueuedConnection);
        };
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        m_sessions.append(new Http2Session(descriptor, m_context, this));
    }

private:
    void proceedAll()
    {
        for (const QPointer<Http2Session> &session : std::as_const(m_sessions)) {
            if (session)
                session->proceed();
        }
    }

    const std::shared_ptr<Http2Context> m_context;
    // Guarded: a session deletes itself when its connection ends.
    QList<QPointer<Http2Session>> m_sessions;
};

Http2Peer::Http2Peer(const QList<Http2::Script> &scripts, const Http2PeerOptions &options)
    : m_record(std::make_shared<Http2Record>())
    , m_isTls(!options.credential.key.isNull())
{
    m_server = new Server(scripts, options, m_record);
    if (!m_server->listen(QHostAddress::LocalHost))
        qFatal("http2peer cannot listen on loopback");
    m_port = m_server->serverPort();
    m_server->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, [] {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        releaseCryptoOfThread();
    });
    m_thread.start();
}

Http2Peer::~Http2Peer()
{
    // In its own thread, and before that ends: nothing of it is left to be taken for a leak.
    QMetaObject::invokeMethod(
        m_server, [server = m_server] { delete server; }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

QUrl Http2Peer::url(const QString &path) const
{
    QUrl url;
    url.setScheme(m_isTls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(QStringLiteral("127.0.0.1"));
    url.setPort(m_port);
    url.setPath(path);
    return url;
}

QList<Http2Request> Http2Peer::requests() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->requests;
}

QList<Http2Connection> Http2Peer::connections() const
{
    const QMutexLocker lock(&m_record->mutex);
    return m_record->connections;
}

} // namespace Retryscope::Test
