// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/export.h"
#include "core/fault/faultplan.h"
#include "core/tap/taptermination.h"
#include "core/tap/wireevent.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkProxy>

#include <memory>

namespace Retryscope {

//! \brief A SOCKS5 relay on loopback that measures DNS, TCP and TLS and injects faults on the wire,
//! against any endpoint. TLS stays end to end, except where a certificate fault makes the tap
//! answer the ClientHello itself.
//!
//! The user name of a connection is "GENERATION.ATTEMPT"; proxyFor() makes it. A plan belongs to
//! one generation, so that connections of an earlier run cannot take faults from a later one.
//!
//! \par Errors
//! start() returns false if no loopback port can be had; errorString() says why.
//! \par Ownership
//! Connections are children. The clock is borrowed and must outlive the tap.
//! \par Threads
//! Lives in the wire thread: start(), setPlan() and stop() are called there (queued or blocking).
//! proxyFor() may be called from any thread once start() has returned.
class RETRYSCOPE_EXPORT Tap final : public QObject
{
    Q_OBJECT
public:
    //! More clients wait in the system's queue until one of these has gone.
    static constexpr int maxConnections = 256;

    explicit Tap(Clock *clock, QObject *parent = nullptr);
    ~Tap() override;

    //! Any object of the thread that reads the replies, which must outlive the tap: the tap then
    //! waits for that thread where it falls behind. Set before start().
    //!
    //! The reader must not limit the read buffer of its replies (QNetworkReply::setReadBufferSize):
    //! what QNetworkAccessManager holds back behind a SOCKS5 proxy is lost when the connection
    //! ends.
    void setReader(QObject *reader);
    bool start(quint16 port = 0);
    void stop();
    QString errorString() const;
    quint16 port() const;
    //! The secret that keeps other local programs from using the relay. Never show it.
    QByteArray password() const;

    //! The faults of a generation from now on. Others are forgotten, their connections closed, and
    //! their user names refused. Faults that the sandbox makes are left to it. \a upstream: an HTTP
    //! or SOCKS5 proxy that every connection of this generation goes through; it looks the names up
    //! unless it lacks HostNameLookupCapability.
    //! \a termination: for faults within TLS.
    void setPlan(quint64 generation, const FaultPlan &plan,
                 const QNetworkProxy &upstream = QNetworkProxy::NoProxy,
                 const TapTermination &termination = {});
    //! Nobody may come in any more, until the next setPlan(): the run is over. Connections that are
    //! there are closed.
    void endPlan();
    //! Who signs the certificates that clients see where the tap ends TLS. It exists only in this
    //! object, from the first call or use on, and is for the requests through it to trust, and for
    //! nobody else.
    QSslCertificate authority();
    //! What to give QNetworkAccessManager for this attempt. Each attempt has its own user name,
    //! hence its own connection. \a host is the one the request goes to.
    QNetworkProxy proxyFor(quint64 generation, int attempt, const QString &host = {}) const;

    //! Off at first. On: whoever logs in as countedUser() is the next attempt of the plan, in the
    //! order of the requests; for clients that cannot be given a user name for each attempt.
    //! setPlan() starts counting anew.
    void setCountsConnections(bool on);
    static QByteArray countedUser();

    //! Clients that are connected, logged in or not.
    int connectionCount() const;

Q_SIGNALS:
    //! Always emitted before the bytes that the client can see it by, so that in a receiver of
    //! another thread the event is queued ahead of Qt's own signals about it.
    void wireEvent(quint64 generation, const Retryscope::WireEvent &event);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope
