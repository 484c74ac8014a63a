// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/tap/readerecho_p.h"
#include "core/tap/responseeditor_p.h"
#include "core/tap/stepplayer_p.h"
#include "core/tap/streamsocket_p.h"
#include "core/tap/tapcontext_p.h"
#include "core/tap/wireevent.h"
#include "core/tls/tlssession.h"
#include "core/wire/http1.h"
#include "core/wire/tlsscanner.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>
#include <memory>

namespace Retryscope {

//! \brief A connection whose HTTP/1.1 is read, so that a fault can be placed within it: in clear,
//! or in TLS that ends here where that was asked for.
//!
//! TLS: the endpoint's handshake comes first, by the request's own rules, and only then the client
//! gets an answer. If it fails, the client is to see the endpoint itself: see refused().
class HttpTunnel final : public QObject
{
    Q_OBJECT
public:
    using Report = std::function<void(const WireEvent &)>;

    HttpTunnel(TapContext *context, std::unique_ptr<StreamSocket> client,
               std::unique_ptr<StreamSocket> upstream, const QString &host, const Fault &fault,
               Report report);
    ~HttpTunnel() override;

    //! \a early is what the client sent before the tunnel was there.
    void start(const QByteArray &early);

    //! After refused(): the client, and what it has said.
    std::unique_ptr<StreamSocket> takeClient();

    QByteArray takeHeld() { return std::exchange(m_held, {}); }

Q_SIGNALS:
    //! Nothing can pass any more, and everything that could be delivered was.
    void finished();
    //! The endpoint's TLS was not accepted. The client has heard nothing yet.
    void refused();

private:
    enum class Stage {
        AwaitHello, //!< until it is known what the client speaks
        ShakeHands, //!< with the endpoint, while the client waits
        Exchange,
        Over, //!< the client talks to nobody
    };

    void connectSockets();
    void connectPlayer();
    void readClient();
    void onClientWire(const QByteArray &bytes);
    void awaitHello(const QByteArray &bytes);
    void onRequest(const QByteArray &bytes);
    void onClientEnded(bool isReset);
    bool holdsAlertBack();
    void judgeClientTls();
    void toServer(const QByteArray &bytes);
    void readServer();
    void onServerWire(const QByteArray &bytes);
    void onResponse(const QByteArray &bytes);
    void onServerEnded(bool isReset);
    ResponseEditor &editor();
    // In httptunneltls.cpp.
    void refuseTls();
    void shakeHands(const TlsClientHello &hello);
    void judgeServerTls();
    void answerClient();
    void flushTls();
    void strikeLocally();
    void toClient(const QByteArray &bytes);
    bool hasRoom();
    void updateReading();
    void onPlayed(ResponseStep::End end);
    void endClient();
    void resetWhenSent();
    void retireUpstream();
    void reportFault();
    void reportClosed(bool fromServer, const QString &how);
    void checkFinished();
    void finish();

    TapContext *m_context;
    std::unique_ptr<StreamSocket> m_client;
    std::unique_ptr<StreamSocket> m_upstream;
    std::unique_ptr<TlsSession> m_clientTls;
    std::unique_ptr<TlsSession> m_serverTls;
    std::unique_ptr<ResponseEditor> m_editor;
    StepPlayer m_player;
    ReaderEcho m_echo;
    QTimer m_retry;
    std::unique_ptr<ClockTimer> m_resetTimer;
    TlsScanner m_scanner;
    HttpRequestParser m_request;
    QString m_host;
    Fault m_fault;
    Report m_report;
    Stage m_stage = Stage::AwaitHello;
    QByteArray m_held;
    TlsClientHello m_hello;
    qint64 m_bytesUp = 0;
    qint64 m_bytesDown = 0;
    bool m_isLocal;
    bool m_hasContinued = false;
    bool m_isAlertDue = false;
    bool m_requestSeen = false;
    bool m_responseSeen = false;
    bool m_clientEnded = false;
    bool m_serverEnded = false;
    bool m_closedReported = false;
    bool m_finished = false;
};

} // namespace Retryscope
