// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/tap/dialer_p.h"
#include "core/tap/httptunnel_p.h"
#include "core/tap/proxydialer_p.h"
#include "core/tap/streamsocket_p.h"
#include "core/tap/tapcontext_p.h"
#include "core/tap/tunnel_p.h"
#include "core/tap/wireevent.h"
#include "core/wire/socks5.h"

#include <QtCore/QObject>

#include <memory>

namespace Retryscope {

//! \brief One client of the tap, from the SOCKS greeting to the end of its tunnel.
class TapConnection final : public QObject
{
    Q_OBJECT
public:
    TapConnection(TapContext *context, qintptr descriptor, quint64 number, QObject *parent);
    ~TapConnection() override;

    bool isLoggedIn() const { return m_attempt > 0; }

    //! The generation of its user name.
    quint64 generation() const { return m_generation; }

Q_SIGNALS:
    void finished();

private:
    void readClient();
    void onState(SocksReader::State state);
    void onGreeting();
    void onLogin();
    void onRequest();
    bool acceptLogin();
    void dial();
    template <typename AnyDialer>
    void dialWith(std::unique_ptr<AnyDialer> &dialer);
    void openTunnel(std::unique_ptr<StreamSocket> upstream);
    void relayAsItIs();
    void strikeAsProxy();
    void refuse(Socks5::Reply reply);
    void answerAndEnd(const QByteArray &answer);
    void end();
    void report(WireEvent event) const;
    void reportFault(const QString &detail) const;

    TapContext *m_context;
    std::unique_ptr<StreamSocket> m_client;
    std::unique_ptr<ClockTimer> m_timer;
    std::unique_ptr<Dialer> m_dialer;
    std::unique_ptr<ProxyDialer> m_proxyDialer;
    std::unique_ptr<Tunnel> m_tunnel;
    std::unique_ptr<HttpTunnel> m_httpTunnel;
    SocksReader m_socks;
    quint64 m_number;
    quint64 m_generation = 0;
    int m_attempt = 0;
    Fault m_fault;
    //! What the client said before its tunnel is there.
    QByteArray m_early;
    bool m_isAnswered = false;
};

} // namespace Retryscope
