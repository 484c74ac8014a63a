// SPDX-License-Identifier: MIT
#pragma once

#include "core/tap/dialer_p.h"
#include "core/wire/proxyhandshake.h"

#include <QtCore/QObject>
#include <QtNetwork/QNetworkProxy>

#include <memory>

namespace Retryscope {

//! \brief Reaches a target through another proxy, HTTP (CONNECT) or SOCKS5.
//!
//! The proxy's own name is looked up here, the target's by the proxy, unless the proxy lacks
//! QNetworkProxy::HostNameLookupCapability.
//!
//! \par Errors
//! failed() carries the SOCKS reply that makes Qt report the code nearest to the one it has for the
//! same failure of its own proxy.
//! \par Ownership
//! takeSocket() hands the connection over. Destroying the dialer ends everything.
class ProxyDialer final : public QObject
{
    Q_OBJECT
public:
    //! Receives what a Dialer tells, of the proxy (WireEvent::toProxy) and of a target that is
    //! looked up here, and ProxyStarted and ProxyFinished.
    ProxyDialer(Clock *clock, quint16 ownPort, const QNetworkProxy &proxy, Dialer::Report report,
                QObject *parent);
    ~ProxyDialer() override;

    //! As Dialer::setFault(): what happens to the look-up or the connection, happens instead of the
    //! first step.
    void setFault(const Fault &fault, std::function<void(const QString &detail)> injected);
    void dial(const SocksTarget &target);
    std::unique_ptr<StreamSocket> takeSocket();

Q_SIGNALS:
    void connected();
    void failed(Retryscope::Socks5::Reply reply);

private Q_SLOTS:
    void takeLookup(const QHostInfo &info);

private:
    bool strike();
    void strikeLookup();
    void resolve();
    void dialProxy();
    void dialFailed(Socks5::Reply reply);
    void shakeHands();
    void readProxy();
    void judge();
    void fail(ProxyHandshake::Blame blame, const QString &cause, const QString &error);
    void report(WireEvent::Kind kind) const;

    Clock *m_clock;
    const quint16 m_ownPort;
    const QNetworkProxy m_proxy;
    const Dialer::Report m_report;
    const std::unique_ptr<ClockTimer> m_timer;
    Fault m_fault;
    std::function<void(const QString &)> m_injected;
    SocksTarget m_target;
    int m_lookup = -1;
    std::unique_ptr<Dialer> m_dialer;
    std::unique_ptr<StreamSocket> m_socket;
    std::unique_ptr<ProxyHandshake> m_handshake;
};

} // namespace Retryscope
