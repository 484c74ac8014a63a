// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/chatcall_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

namespace Retryscope {

//! \brief One part of an answer: some text, or a call of a tool.
struct AnswerPart
{
    enum class Kind { Text, Reasoning, Refusal, Tool };

    Kind kind = Kind::Text;
    //! Pieces of the text or of the tool's arguments, escaped to stand in a JSON string.
    QList<QByteArray> pieces;
    //! Of a tool: a JSON string, and its arguments as JSON.
    QByteArray toolName;
    QByteArray arguments;
    //! The caller's limit cut the arguments: they are no JSON any more.
    bool cut = false;

    bool isTool() const { return kind == Kind::Tool; }

    //! All pieces, to stand in a JSON string.
    QByteArray text() const { return pieces.join(); }

    //! The arguments where a dialect has an object for them: "{}" if they were cut.
    QByteArray object() const { return cut ? QByteArray("{}") : arguments; }
};

//! \brief What is said, before a dialect has put it into its own words. A value.
struct AnswerContent
{
    enum class Stop { End, Length, Tool, Refusal };

    //! 20 hexadecimal digits, made from the request and the seed.
    QByteArray id;
    //! A JSON string.
    QByteArray model;
    QList<AnswerPart> parts;
    Stop stop = Stop::End;
    int promptTokens = 0;
    bool includeUsage = false;

    //! A piece is a token.
    qsizetype outputTokens() const;
    qsizetype reasoningTokens() const;
    //! How many tokens come before that piece.
    qsizetype tokensBefore(qsizetype part, qsizetype piece) const;

    //! Names of the kind that providers give their objects, a different one for each part.
    QByteArray partId(const char *prefix, qsizetype part) const;

    bool hasTool() const;

    //! Cuts it to so many tokens; true if something was cut.
    bool limitTo(qsizetype tokens);
    //! Cuts it in half, as a limit would have.
    void stopAtLength();
    //! The same words as a refusal, whatever was asked for.
    void refuse();
    //! Its first piece grows by so many bytes.
    void inflate(qsizetype bytes);
    //! Some character is longer than a byte; where none is and there is text, one is put in front.
    bool needWideCharacter();

    static AnswerPart textPart(AnswerPart::Kind kind, const QString &text);
    static AnswerPart toolPart(const SandboxToolCall &call);

    //! The answer to a call: \a digest is that of the request's body, and makes text and id.
    static AnswerContent to(const ChatCall &call, const QByteArray &digest, int tokens,
                            quint64 seed);
};

} // namespace Retryscope
