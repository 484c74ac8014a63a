// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/fault/fault.h"
#include "core/tap/streamsocket_p.h"
#include "core/tap/wireevent.h"
#include "core/wire/socks5.h"

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QHostInfo>

#include <functional>
#include <memory>

namespace Retryscope {

//! The target as a URL writes its host, whether it came as a name or as an address.
QString hostOf(const SocksTarget &target);

//! \brief Finds the addresses of a target and connects to the first that answers, in their order.
//!
//! \par Errors
//! failed() carries the SOCKS reply that makes Qt report what a direct connection would.
//! \par Ownership
//! takeSocket() hands the connection over. Destroying the dialer ends everything.
class Dialer final : public QObject
{
    Q_OBJECT
public:
    //! Receives DnsStarted, DnsFinished, ConnectStarted and ConnectFinished; others fill in the
    //! stamp and the attempt.
    using Report = std::function<void(const WireEvent &)>;

    //! Never connects to port \a ownPort of this machine: that would be a relay to itself.
    Dialer(Clock *clock, quint16 ownPort, Report report, QObject *parent);
    ~Dialer() override;

    //! Makes a fault of the look-up or of the connection at the step that it belongs to; every step
    //! before is real. \a injected is told what was done, ahead of the step's end. Other kinds are
    //! no business of a dialer's.
    void setFault(const Fault &fault, std::function<void(const QString &detail)> injected);
    void dial(const SocksTarget &target);
    //! Only the fault, without a step that is real; \a address stands for those that are not known.
    void strikeAt(const SocksTarget &target, const QString &address);
    std::unique_ptr<StreamSocket> takeSocket();

Q_SIGNALS:
    void connected();
    void failed(Retryscope::Socks5::Reply reply);

private Q_SLOTS:
    void takeLookup(const QHostInfo &info);

private:
    bool strikeLookup();
    void goOn();
    void resolve();
    void failLookup();
    void finishLookup(const QList<QHostAddress> &addresses, const QString &error);
    bool strikeConnect();
    void failConnect(const QString &done, const QString &error, Socks5::Reply reply);
    void dialAll(const QList<QHostAddress> &addresses);
    void dialNext();
    void dialFailed(const QString &error, Socks5::Reply reply);
    void reportConnect(WireEvent::Kind kind, const QString &error = {});
    bool isSelf(const QHostAddress &address) const;

    quint16 m_ownPort;
    Report m_report;
    Fault m_fault;
    std::function<void(const QString &)> m_injected;
    SocksTarget m_target;
    int m_lookup = -1;
    QList<QHostAddress> m_addresses;
    qsizetype m_next = 0;
    bool m_refused = false;
    bool m_lookupReported = false;
    QString m_onlyAddress;
    std::unique_ptr<ClockTimer> m_timer;
    std::unique_ptr<StreamSocket> m_socket;
};

} // namespace Retryscope
