// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/tap/exchangewatch_p.h"
#include "core/tap/pump_p.h"
#include "core/tap/recordcursor_p.h"
#include "core/tap/streamsocket_p.h"
#include "core/tap/tapcontext_p.h"
#include "core/tap/wireevent.h"
#include "core/tls/tlssession.h"

#include <QtCore/QObject>

#include <functional>
#include <memory>

namespace Retryscope {

//! \brief A connection that was made for a client: relays both ways, watches, and makes the fault.
//!
//! A fault strikes once, when its moment comes: at once, behind the ClientHello, or behind the
//! request. From then on the endpoint is out of it, and the client talks to nobody.
class Tunnel final : public QObject
{
    Q_OBJECT
public:
    using Report = std::function<void(const WireEvent &)>;

    //! \a upstream may be null for faults that need no endpoint.
    Tunnel(TapContext *context, std::unique_ptr<StreamSocket> client,
           std::unique_ptr<StreamSocket> upstream, const QString &host, const Fault &fault,
           Report report, QObject *parent);
    ~Tunnel() override;

    //! \a early is what the client sent before the tunnel was there.
    void start(const QByteArray &early);

Q_SIGNALS:
    //! Nothing can pass any more, and everything that could be delivered was.
    void finished();

private:
    //! What the fault waits for.
    enum class Stage {
        Relay,        //!< for nothing, or nothing more
        AwaitBytes,   //!< until the client says anything
        AwaitHello,   //!< holds everything back until the ClientHello is whole
        AwaitRequest, //!< relays until the request's first byte
        Swallow,      //!< throws the request away until it is whole
        Struck,       //!< throws everything away
        Deceive,      //!< talks to the impostor
    };

    //! The endpoint is out of it.
    bool isOnItsOwn() const { return m_stage == Stage::Struck || m_stage == Stage::Deceive; }

    static Stage firstStage(FaultKind kind);
    void watchClient();
    void watchUpstream();
    void onClientBytes(const QByteArray &bytes);
    void onServerBytes(const QByteArray &bytes);
    void onClientPiece(const WatchedPiece &piece);
    void onClientEnded();
    void onServerEnded();
    void onBroken(bool byServer);
    void onWriteFailed(bool byServer);
    void hold(const QByteArray &bytes);
    void swallow(const QByteArray &bytes);
    void strike();
    void strikeWithAlert(int code);
    void answerAndClose(const QByteArray &bytes);
    void strikeWithEnd();
    void strikeWithReset();
    void strikeWithCertificate();
    void deceive(const QByteArray &bytes);
    void strikeWithStall();
    void watchStalled();
    QByteArray damaged(const WatchedPiece &piece);
    void retireUpstream();
    void tell(const WireEvent &event);
    void reportFault(const QString &detail);
    void reportClosed(bool fromServer, const QString &how);
    void checkFinished();
    void abandon();
    void finish();

    TapContext *m_context;
    std::unique_ptr<StreamSocket> m_client;
    std::unique_ptr<StreamSocket> m_upstream;
    std::unique_ptr<Pump> m_up;
    std::unique_ptr<Pump> m_down;
    std::unique_ptr<TlsSession> m_impostor;
    std::unique_ptr<ClockTimer> m_timer;
    ExchangeWatch m_watch;
    QString m_host;
    Fault m_fault;
    Report m_report;
    Stage m_stage;
    QByteArray m_held;
    QString m_serverName;
    RecordCursor m_records;
    WireEvent m_lastAlert;
    qint64 m_swallowed = 0;
    qint64 m_bytesDown = 0;
    bool m_responseSeen = false;
    bool m_clientEnded = false;
    bool m_serverEnded = false;
    bool m_clientEndedFirst = false;
    bool m_closedReported = false;
    bool m_finished = false;
};

} // namespace Retryscope
