// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/faultplan.h"
#include "core/tap/tap.h"
#include "core/tls/forge.h"
#include "core/wire/http1.h"

#include <QtCore/QObject>
#include <QtCore/QThread>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <functional>
#include <memory>

//! \file
//! \brief What the tests of the tap share: a tap in a thread of its own, small endpoints, a raw
//! SOCKS client, and wire events as lines of text.

namespace Retryscope::TapTest {

//! An event without its stamp: what a log of events is compared by. Ports of \a names are replaced
//! by their names.
QString line(const WireEvent &event, const QMap<quint16, QString> &names);

//! \brief A tap in a thread of its own, as the runner has it. Events are gathered in the thread
//! that made this.
class TapThread : public QObject
{
    Q_OBJECT
public:
    explicit TapThread(Clock *clock = Clock::system());
    ~TapThread() override;

    Tap *tap() const { return m_tap; }

    //! A new generation with this plan, in its text form, and the proxy to go through.
    void setPlan(const QString &plan,
                 const QNetworkProxy &upstream = QNetworkProxy(QNetworkProxy::NoProxy),
                 const TapTermination &termination = {});
    //! The tap's own, for TLS that it ends.
    QSslCertificate authority();

    quint64 generation() const { return m_generation; }

    QNetworkProxy proxy(int attempt = 1, const QString &host = {}) const
    {
        return m_tap->proxyFor(m_generation, attempt, host);
    }

    int connectionCount() const;
    void destroyTap();

    //! Events of the latest generation.
    QList<WireEvent> events() const { return m_events; }

    //! Only what happened on the first connection: QNAM may make more behind the caller's back.
    QStringList log() const;
    bool has(WireEvent::Kind kind) const;

    void name(quint16 port, const QString &name) { m_names.insert(port, name); }

Q_SIGNALS:
    void eventArrived();

private:
    QThread m_thread;
    Tap *m_tap = nullptr;
    quint64 m_generation = 0;
    QList<WireEvent> m_events;
    QMap<quint16, QString> m_names;
};

//! \brief A server on loopback that counts connections and whole requests, over plain TCP or TLS.
class Endpoint : public QTcpServer
{
    Q_OBJECT
public:
    //! With an authority it speaks TLS as "localhost".
    explicit Endpoint(Forge *authority = nullptr,
                      QSsl::SslProtocol protocol = QSsl::SecureProtocols);
    //! Speaks TLS with this certificate.
    explicit Endpoint(const Credential &credential);

    int connections = 0;
    int requests = 0;
    //! Bytes of requests that arrived, whole or not.
    qint64 bytes = 0;
    //! Connections the peer ended in good order.
    int cleanEnds = 0;
    QByteArray answer;
    QStringList alpn;
    QTcpSocket *last = nullptr;

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void serve(QTcpSocket *socket);

    Credential m_credential;
    QSsl::SslProtocol m_protocol;
};

//! \brief One request through the tap with a real QNetworkAccessManager.
struct Exchange
{
    std::unique_ptr<QNetworkAccessManager> manager = std::make_unique<QNetworkAccessManager>();
    std::unique_ptr<QNetworkReply> reply;
    QList<QSslError::SslError> sslErrors;
    bool finished = false;

    //! Posts \a body; \a authority is what is trusted, and so is \a another.
    void post(const QUrl &url, const QNetworkProxy &proxy, const QByteArray &body,
              const QSslCertificate &authority = QSslCertificate(),
              const QSslCertificate &another = QSslCertificate());
    //! Closes every connection.
    void reset();
};

//! \brief A SOCKS client that says exactly what it is told to.
class RawClient : public QTcpSocket
{
    Q_OBJECT
public:
    explicit RawClient(quint16 port);
    //! Everything that has arrived, as long as it is at least \a size bytes; empty after 10 s.
    QByteArray take(qsizetype size);
    //! The peer has closed or reset the connection.
    bool waitForEnd();
    //! Greeting, login and a CONNECT to 127.0.0.1; true if the tap agreed.
    bool openTunnel(const TapThread &tap, quint16 port, int attempt = 1);
};

QByteArray login(const QByteArray &user, const QByteArray &password);
QByteArray connectTo(const QHostAddress &address, quint16 port, char command = 1);
QByteArray connectTo(const QByteArray &name, quint16 port);

} // namespace Retryscope::TapTest
