// SPDX-License-Identifier: MIT
#include "core/sandbox/dialectvoice_p.h"

#include "core/llm/dialect.h"

#include <algorithm>

namespace Retryscope {

DialectVoice::DialectVoice(const char *id) : m_dialect(*Dialect::find(QString::fromLatin1(id)))
{}

QList<DialectEvent> DialectVoice::opening(const AnswerContent &) const
{
    return {};
}

QList<DialectEvent> DialectVoice::partOpening(const AnswerContent &, const EventPlace &) const
{
    return {};
}

QList<DialectEvent> DialectVoice::partClosing(const AnswerContent &, const EventPlace &) const
{
    return {};
}

QList<HttpHeader> DialectVoice::errorHeaders(const ApiError &error) const
{
    if (!error.retryAfterSeconds)
        return {};
    return {{"Retry-After", QByteArray::number(*error.retryAfterSeconds)}};
}

//! As OpenAI writes them; who has none overrides it.
QList<HttpHeader> DialectVoice::rateLimitHeaders(int limit, int remaining, int resetSeconds) const
{
    return {{"x-ratelimit-limit-requests", QByteArray::number(limit)},
            {"x-ratelimit-remaining-requests", QByteArray::number(remaining)},
            {"x-ratelimit-reset-requests", QByteArray::number(resetSeconds) + 's'}};
}

ApiError DialectVoice::keyError(bool missing) const
{
    ApiError error = ApiError::forStatus(401);
    error.reason = missing ? ApiError::Reason::NoKey : ApiError::Reason::WrongKey;
    if (missing)
        error.message =
            QStringLiteral("You didn't provide an API key. (Simulated by the sandbox.)");
    return error;
}

const QList<const DialectVoice *> &DialectVoice::all()
{
    static const std::unique_ptr<const DialectVoice> made[]{
        createOpenAiChatVoice(), createOpenAiResponsesVoice(), createAnthropicVoice(),
        createGeminiVoice(),     createOllamaVoice(),          createCohereVoice(),
        createBedrockVoice(),
    };
    static const QList<const DialectVoice *> voices = [] {
        QList<const DialectVoice *> list;
        for (const auto &voice : made)
            list.append(voice.get());
        return list;
    }();
    return voices;
}

const DialectVoice *DialectVoice::find(const QString &id)
{
    const auto isMeant = [&id](const DialectVoice *voice) {
        return voice->dialect().id() == id;
    };
    const auto found = std::find_if(all().begin(), all().end(), isMeant);
    return found == all().end() ? nullptr : *found;
}

} // namespace Retryscope
