// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/http2stream_p.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <functional>
#include <map>
#include <memory>
#include <optional>

class QTcpSocket;
struct nghttp2_session;

namespace Retryscope {

//! \brief The server's side of an HTTP/2 connection (RFC 9113): every stream has its request, and
//! its answer played on it. Frames, windows and HPACK are nghttp2's.
//!
//! \par Ownership
//! Socket and clock are borrowed and must outlive the session.
class Http2Session final : public QObject
{
    Q_OBJECT
public:
    struct Callbacks
    {
        std::function<SandboxAnswer(const HttpRequestParser &request)> answer;
        std::function<void(const SandboxAnswer &)> struck;
        //! The connection shall end, and how. Last thing the session does.
        std::function<void(SandboxAnswer::End)> end;
    };

    Http2Session(QTcpSocket *socket, Clock *clock, Callbacks callbacks, QObject *parent);
    ~Http2Session() override;

    void receive(const QByteArray &bytes);
    //! Writes nothing and says nothing from now on.
    void stop();

    //! No stream is open.
    bool isIdle() const { return m_streams.empty(); }

    bool isAnswering() const;
    //! When the oldest of the requests began that are not whole.
    std::optional<std::chrono::nanoseconds> oldestUnfinished() const;

private:
    friend struct Http2Hooks;

    struct Deleter
    {
        void operator()(nghttp2_session *session) const;
    };

    void openStream(qint32 id);
    void closeStream(qint32 id);
    Http2Stream *stream(qint32 id) const;
    void takeBody(qint32 id, QByteArrayView bytes);
    void answerRequests();
    void submitHead(qint32 id, const SandboxAnswer &answer);
    void resume(qint32 id);
    void sendLater();
    void send();
    bool sendFrames();
    bool makeEnds();
    void endConnection(SandboxAnswer::End how);

    QTcpSocket *m_socket;
    Clock *m_clock;
    Callbacks m_callbacks;
    std::unique_ptr<nghttp2_session, Deleter> m_session;
    std::map<qint32, Http2Stream *> m_streams; // children of this
    bool m_isSending = false;
    bool m_isStopped = false;
};

} // namespace Retryscope
