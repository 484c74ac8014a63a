// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/sandbox/answer_p.h"
#include "core/sandbox/answerplayer_p.h"
#include "core/sandbox/http1sink_p.h"
#include "core/tls/forge.h"
#include "core/wire/http1.h"

#include <QtCore/QObject>

#include <functional>
#include <memory>

class QTcpSocket;

namespace Retryscope {

class Http2Session;

//! \brief How a request came.
struct RequestWay
{
    bool overTls = false;
    bool overHttp2 = false;
};

//! \brief What a connection of the sandbox speaks besides HTTP/1.1.
struct ConnectionOffer
{
    //! Without a key: plain HTTP.
    Credential credential;
    bool http2 = false;
};

//! \brief One client of the sandbox: reads a request, has it answered, and reads the next one. Over
//! HTTP/2 a session does so, for many at once.
//!
//! \par Ownership
//! Deletes itself, later, once the client has gone; closed() comes first.
class SandboxConnection final : public QObject
{
    Q_OBJECT
public:
    struct Callbacks
    {
        //! A request has arrived whole.
        std::function<SandboxAnswer(const HttpRequestParser &request, RequestWay way)> answer;
        //! The fault of an answer is about to show.
        std::function<void(const SandboxAnswer &)> struck;
    };

    SandboxConnection(qintptr descriptor, const ConnectionOffer &offer, Clock *clock,
                      Callbacks callbacks, QObject *parent);

    //! Waits for a request and holds no part of one.
    bool isIdle() const;
    //! Ends it at once, from wherever it is called.
    void abandon();

Q_SIGNALS:
    void closed();

private:
    enum class State { Reading, Answering, Draining, Closed };

    void connectSocket();
    void onReadyRead();
    void onBytesWritten();
    void onDisconnected();
    void chooseProtocol();
    void feed(const QByteArray &bytes);
    void feedHttp2(const QByteArray &bytes);
    void answerRequest();
    void refuse(int status, const QString &text);
    void onAnswered();
    void readNext();
    void end(SandboxAnswer::End end);
    void tryToEnd();
    void restartPatience();

    QTcpSocket *m_socket;
    Clock *m_clock;
    bool m_overTls;
    Callbacks m_callbacks;
    HttpRequestParser m_parser;
    Http1Sink *m_sink;
    AnswerPlayer *m_player;
    //! Null over HTTP/1.1.
    Http2Session *m_http2 = nullptr;
    bool m_isChosen = false;
    std::unique_ptr<ClockTimer> m_patience;
    std::unique_ptr<ClockTimer> m_resetTimer;
    State m_state = State::Reading;
    SandboxAnswer::End m_end = SandboxAnswer::End::Clean;
    bool m_closeAfterwards = false;
    //! Part of a request has been read.
    bool m_begun = false;
    std::chrono::nanoseconds m_begunAt{0};
    bool m_continued = false;
};

} // namespace Retryscope
