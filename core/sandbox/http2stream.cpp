// SPDX-License-Identifier: MIT
#include "core/sandbox/http2stream_p.h"

#include "core/sandbox/answermaker_p.h"
#include "core/sandbox/socketend_p.h"

#include <algorithm>

namespace Retryscope {

Http2Stream::Http2Stream(qint32 id, const Session &session, Clock *clock, QObject *parent)
    : AnswerSink(parent)
    , m_id(id)
    , m_session(session)
    , m_begunAt(clock->now())
    , m_request(requestLimits)
    , m_player(new AnswerPlayer(this, clock, session.struck, this))
{
    connect(m_player, &AnswerPlayer::finished, this, [this] {
        m_isPlayed = true;
        m_session.resume(m_id);
    });
}

void Http2Stream::addField(const QByteArray &name, const QByteArray &value)
{
    if (name == ":method") {
        m_requestLine[0] = value;
    } else if (name == ":path") {
        m_requestLine[1] = value;
    } else if (name == ":authority" || name == "host") {
        // The same twice, where a client sends both.
        if (!std::exchange(m_hasHost, true))
            m_fields += "Host: " + value + "\r\n";
    } else if (!name.startsWith(':')) {
        m_hasLength = m_hasLength || name == "content-length";
        m_fields += name + ": " + value + "\r\n";
    }
}

void Http2Stream::endFields(bool isLast)
{
    if (!isLast && !m_hasLength)
        m_fields += "Transfer-Encoding: chunked\r\n";
    const QByteArray head =
        m_requestLine[0] + ' ' + m_requestLine[1] + " HTTP/1.1\r\n" + m_fields + "\r\n";
    feed(head);
    if (isLast)
        endBody();
}

void Http2Stream::addBody(QByteArrayView bytes)
{
    if (bytes.isEmpty() || isRequestOver())
        return;
    if (m_hasLength) {
        feed(bytes);
        return;
    }
    feed(QByteArray(QByteArray::number(bytes.size(), 16) + "\r\n"));
    feed(bytes);
    feed("\r\n");
}

void Http2Stream::endBody()
{
    if (isRequestOver())
        return;
    if (!m_hasLength)
        feed("0\r\n\r\n");
    // With a length nghttp2 has compared it.
    if (!isRequestOver())
        refuse(400, QStringLiteral("The request ends before it is whole."));
}

void Http2Stream::feed(QByteArrayView bytes)
{
    m_request.feed(bytes);
}

void Http2Stream::refuse(int status, const QString &text)
{
    m_refusal = {status, text};
}

bool Http2Stream::isRequestOver() const
{
    return m_refusal || m_request.state() == HttpRequestParser::State::Complete
           || m_request.state() == HttpRequestParser::State::Error;
}

std::optional<SandboxAnswer> Http2Stream::refusal() const
{
    if (m_refusal)
        return AnswerMaker::answerToGarbage(m_refusal->first, m_refusal->second);
    if (m_request.state() == HttpRequestParser::State::Error)
        return AnswerMaker::answerToGarbage(m_request.errorStatus(), m_request.errorText());
    return {};
}

void Http2Stream::answer(const SandboxAnswer &answer)
{
    m_isAnswered = true;
    m_end = answer.end;
    m_errorCode = answer.errorCode;
    m_request.reset();
    m_player->play(answer);
}

void Http2Stream::stop()
{
    m_player->stop();
}

Http2Stream::Piece Http2Stream::take(char *buffer, qsizetype size)
{
    const qsizetype count = std::min(size, m_output.size() - m_taken);
    std::copy_n(m_output.constData() + m_taken, count, buffer);
    m_taken += count;
    if (m_taken == m_output.size()) {
        m_output.clear();
        m_taken = 0;
    }
    return {count, m_isOutputWhole && m_output.isEmpty()};
}

std::optional<SandboxAnswer::End> Http2Stream::dueEnd() const
{
    using End = SandboxAnswer::End;
    if (!m_isPlayed || !m_output.isEmpty() || m_end == End::Clean || m_end == End::Silence)
        return {};
    return m_end;
}

void Http2Stream::sendHead(const SandboxAnswer &answer)
{
    m_session.submitHead(m_id, answer);
}

void Http2Stream::sendBody(const QByteArray &bytes)
{
    m_output += bytes;
    m_session.resume(m_id);
}

void Http2Stream::sendEnd()
{
    m_isOutputWhole = true;
    m_session.resume(m_id);
}

void Http2Stream::flush()
{
    m_session.flush();
}

bool Http2Stream::hasRoom() const
{
    return m_output.size() < longestBacklog;
}

} // namespace Retryscope

#include "moc_http2stream_p.cpp"
