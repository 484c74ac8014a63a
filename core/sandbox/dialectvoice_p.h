// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/sandbox/answercontent_p.h"
#include "core/sandbox/chatcall_p.h"
#include "core/sandbox/dialectevent_p.h"
#include "core/wire/http1.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>

#include <memory>
#include <optional>

namespace Retryscope {

class Dialect;

//! \brief What the path of a request says, where a dialect has it in the path.
struct CallPath
{
    QString model;
    bool stream = false;
    //! Behind the '?', as sent.
    QByteArray query;
};

//! \brief Where an event stands in its answer.
struct EventPlace
{
    qsizetype part = 0;
    qsizetype piece = 0;
    //! Of the event in the stream, from 0.
    qsizetype index = 0;
};

//! \brief The server's side of a dialect: reads calls, and words answers and errors. Stateless; one
//! object a dialect, alive as long as the program. The same content gives the same bytes.
class DialectVoice
{
public:
    virtual ~DialectVoice() = default;
    DialectVoice(const DialectVoice &) = delete;
    DialectVoice &operator=(const DialectVoice &) = delete;

    const Dialect &dialect() const { return m_dialect; }

    virtual Result<ChatCall, ApiError> read(const QJsonObject &body,
                                            const CallPath &path) const = 0;

    // A stream: opening, then for each part its opening, pieces and closing, then closing.
    virtual QList<DialectEvent> opening(const AnswerContent &content) const;
    virtual QList<DialectEvent> partOpening(const AnswerContent &content,
                                            const EventPlace &place) const;
    virtual DialectEvent piece(const AnswerContent &content, const EventPlace &place) const = 0;
    virtual QList<DialectEvent> partClosing(const AnswerContent &content,
                                            const EventPlace &place) const;
    virtual QList<DialectEvent> closing(const AnswerContent &content, qsizetype index) const = 0;

    //! From which event of closing() on an answer is proven whole: without them it is cut.
    virtual qsizetype proof() const { return 0; }

    //! A tool's call is one event, however long its arguments.
    virtual bool toolsComeWhole() const { return false; }

    //! The sign of life that its streams have, framed; empty: none.
    virtual QByteArray ping() const { return ": keep-alive\n\n"; }

    //! It has a word for an answer that the model refuses.
    virtual bool canRefuse() const { return true; }

    //! Ends each line of its streams.
    virtual QByteArray lineEnd() const { return "\n"; }

    //! The answer that is not streamed.
    virtual QByteArray whole(const AnswerContent &content) const = 0;

    //! An error in the middle of a stream, which ends it. \a index: of the first one.
    virtual QList<DialectEvent> errorEvents(const ApiError &error, const AnswerContent &content,
                                            qsizetype index) const = 0;
    virtual QByteArray errorBody(const ApiError &error) const = 0;
    //! Beside the usual ones.
    virtual QList<HttpHeader> errorHeaders(const ApiError &error) const;
    //! The body of the list of models, and what it costs to be asked too often. Reset: seconds.
    virtual QByteArray models() const = 0;
    virtual QList<HttpHeader> rateLimitHeaders(int limit, int remaining, int resetSeconds) const;
    //! What the provider says to a call without the key that it wants.
    virtual ApiError keyError(bool missing) const;

    //! The one of an id; never null for an id of Dialect::all().
    static const DialectVoice *find(const QString &id);
    static const QList<const DialectVoice *> &all();

protected:
    explicit DialectVoice(const char *id);

private:
    const Dialect &m_dialect;
};

//! The moment of every answer (1 January 2026), because the same request must give the same bytes.
inline constexpr qint64 answerTime = 1767225600;
inline constexpr const char *answerDate = "2026-01-01T00:00:00Z";
//! The id of the one model that the sandbox lists; it answers to any.
inline constexpr const char *sandboxModel = "sandbox";

std::unique_ptr<const DialectVoice> createOpenAiChatVoice();
std::unique_ptr<const DialectVoice> createOpenAiResponsesVoice();
std::unique_ptr<const DialectVoice> createAnthropicVoice();
std::unique_ptr<const DialectVoice> createGeminiVoice();
std::unique_ptr<const DialectVoice> createOllamaVoice();
std::unique_ptr<const DialectVoice> createCohereVoice();
std::unique_ptr<const DialectVoice> createBedrockVoice();

} // namespace Retryscope
