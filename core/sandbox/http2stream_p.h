// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/sandbox/answerplayer_p.h"
#include "core/sandbox/answersink_p.h"
#include "core/wire/http1.h"

#include <chrono>
#include <functional>
#include <optional>

namespace Retryscope {

//! \brief One stream of an HTTP/2 connection: a request comes in, its answer goes out. What it has
//! to send waits here until the windows allow it.
//!
//! The request is handed on as HTTP/1.1, as a gateway would: the sandbox reads requests in one way.
//!
//! \par Ownership
//! The clock is borrowed.
class Http2Stream final : public AnswerSink
{
    Q_OBJECT
public:
    //! \brief What the session does for its streams.
    struct Session
    {
        std::function<void(qint32 stream, const SandboxAnswer &answer)> submitHead;
        //! There is more to send, or the end of it.
        std::function<void(qint32 stream)> resume;
        std::function<void()> flush;
        std::function<void(const SandboxAnswer &)> struck;
    };

    Http2Stream(qint32 id, const Session &session, Clock *clock, QObject *parent);

    void addField(const QByteArray &name, const QByteArray &value);
    void endFields(bool isLast);
    void addBody(QByteArrayView bytes);
    void endBody();
    //! It is answered by this error, whatever it is.
    void refuse(int status, const QString &text);

    const HttpRequestParser &request() const { return m_request; }

    //! Nothing more of the request matters.
    bool isRequestOver() const;
    //! Why it gets no usual answer.
    std::optional<SandboxAnswer> refusal() const;

    bool isAnswered() const { return m_isAnswered; }

    std::chrono::nanoseconds begunAt() const { return m_begunAt; }

    void answer(const SandboxAnswer &answer);
    void stop();

    //! \brief What the next DATA frame gets.
    struct Piece
    {
        qsizetype size = 0;
        bool isLast = false;
    };

    Piece take(char *buffer, qsizetype size);
    //! How the answer ends, once all of it has been taken; none: not now, or as HTTP/2 has it.
    std::optional<SandboxAnswer::End> dueEnd() const;

    //! It has been made.
    void forgetEnd() { m_end = SandboxAnswer::End::Clean; }

    quint32 errorCode() const { return m_errorCode; }

    void sendHead(const SandboxAnswer &answer) override;
    void sendBody(const QByteArray &bytes) override;
    void sendEnd() override;
    void flush() override;
    bool hasRoom() const override;

private:
    void feed(QByteArrayView bytes);

    const qint32 m_id;
    const Session m_session;
    const std::chrono::nanoseconds m_begunAt;
    QByteArray m_requestLine[2]; // method and path
    QByteArray m_fields;
    bool m_hasHost = false;
    bool m_hasLength = false;
    HttpRequestParser m_request;
    std::optional<std::pair<int, QString>> m_refusal;
    bool m_isAnswered = false;
    AnswerPlayer *m_player;
    QByteArray m_output;
    qsizetype m_taken = 0;
    bool m_isOutputWhole = false;
    bool m_isPlayed = false;
    SandboxAnswer::End m_end = SandboxAnswer::End::Clean;
    quint32 m_errorCode = 0;
};

} // namespace Retryscope
