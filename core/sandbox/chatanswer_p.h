// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/chatcall_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

namespace Retryscope {

//! \brief The answer to one chat call, in the words of OpenAI's chat API. The same call and seed
//! give the same bytes. Events are rendered one by one when they are due, so that a long answer to
//! a slow client does not fill the memory.
class ChatAnswer
{
public:
    //! \a digest is that of the request's body: it makes the text and the id.
    ChatAnswer(const ChatCall &call, const QByteArray &digest, int tokens, quint64 seed);

    //! All events, "data: [DONE]" included.
    qsizetype eventCount() const { return finishIndex() + (m_includeUsage ? 3 : 2); }

    //! The bytes of an event, counted from 0.
    QByteArray event(qsizetype index) const;
    //! How many intervals between tokens have passed when the event is due.
    qsizetype beat(qsizetype index) const;

    //! Which event carries the finish reason: the last one with a meaning of its own.
    qsizetype finishIndex() const { return firstPiece() + m_pieces.size(); }

    qsizetype tokenCount() const { return m_pieces.size(); }

    //! The whole answer as one object, for who does not want a stream.
    QByteArray completion() const;

private:
    qsizetype firstPiece() const { return isToolCall() ? 2 : 1; }

    bool isToolCall() const { return !m_toolName.isEmpty(); }

    QByteArray delta(qsizetype index) const;
    QByteArray finishReason() const;
    QByteArray usage() const;
    QByteArray header(const char *object) const;

    //! What the answer is made of: pieces of the text or of the tool's arguments, escaped for JSON.
    QList<QByteArray> m_pieces;
    QByteArray m_toolName; // a JSON string
    QByteArray m_model;    // a JSON string
    QByteArray m_id;
    int m_promptTokens;
    bool m_includeUsage;
    bool m_cutByLimit = false;
};

} // namespace Retryscope
