// SPDX-License-Identifier: MIT
#include "core/sandbox/answermaker_p.h"

#include "core/llm/dialect.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QJsonDocument>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

ApiError withStatus(int status, const QString &message, const QString &code)
{
    ApiError error;
    error.status = status;
    error.message = message;
    error.code = code;
    return error;
}

SandboxAnswer methodNotAllowed(const Route &route, const QByteArray &method)
{
    const QString message = "Not allowed to "_L1 + QString::fromLatin1(method.left(20))
                            + " here; allowed: "_L1 + QString::fromLatin1(route.allowed()) + u'.';
    SandboxAnswer answer =
        SandboxAnswer::ofError(route.voice, withStatus(405, message, u"method_not_supported"_s));
    answer.headers.append(HttpHeader{"Allow", route.allowed()});
    return answer;
}

SandboxAnswer ofJson(const Route &route, const QByteArray &body)
{
    SandboxAnswer answer;
    answer.voice = route.voice;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.body = body;
    return answer;
}

Result<ChatCall, ApiError> readCall(const HttpRequestParser &request, const Route &route)
{
    // Nobody answers without it, and a client that forgets it learns it here.
    const QList<HeaderField> &needed = route.voice->dialect().facts().headers;
    for (const HeaderField &header : needed) {
        if (request.header(header.name).isNull())
            return withStatus(400, QString::fromLatin1(header.name) + ": header is required"_L1,
                              {});
    }
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(request.body(), &problem);
    if (problem.error != QJsonParseError::NoError)
        return withStatus(400,
                          "The body is not valid JSON: "_L1 + problem.errorString() + " at byte "_L1
                              + QString::number(problem.offset) + u'.',
                          {});
    if (!document.isObject())
        return withStatus(400, u"The body must be a JSON object."_s, {});
    return route.voice->read(document.object(), route.path);
}

QByteArray mediaType(const Route &route, const ChatCall &call)
{
    if (!call.stream || call.framing == StreamFraming::JsonArray)
        return "application/json";
    return route.voice->dialect().facts().contentTypes.first();
}

} // namespace

AnswerMaker::AnswerMaker(Clock *clock, const SandboxOptions &options, const SandboxScript &script)
    : m_options(options)
    , m_script(script)
    , m_uses(script.rules().size(), 0)
    , m_gate(clock, options.key, options.requestsPerMinute)
{}

const ScriptRule *AnswerMaker::findRule(const Asked &asked, int number)
{
    RequestFacts facts{number, asked.request.method(), pathOf(asked.request.target()), {}, {}, {}};
    if (asked.route.target != Route::Target::Nothing)
        facts.dialect = asked.route.voice->dialect().id();
    if (asked.call && asked.call->hasValue()) {
        facts.model = asked.call->value().model;
        facts.streamed = asked.call->value().stream;
    }
    const QList<ScriptRule> &rules = m_script.rules();
    for (qsizetype i = 0; i < rules.size(); ++i) {
        if (m_uses[i] >= rules[i].times || !rules[i].fits(facts))
            continue;
        ++m_uses[i];
        return &rules[i];
    }
    return nullptr;
}

AnswerContent AnswerMaker::contentFor(const Asked &asked) const
{
    const ChatCall &call = asked.call->value();
    const QByteArray digest =
        QCryptographicHash::hash(asked.request.body(), QCryptographicHash::Sha256);
    const int tokens =
        asked.rule ? asked.rule->tokens.value_or(m_options.tokens) : m_options.tokens;
    AnswerContent content = AnswerContent::to(call, digest, tokens, m_options.seed);
    if (!asked.rule)
        return content;
    if (!asked.rule->parts.isEmpty()) {
        content.parts = asked.rule->parts;
        content.stop = content.hasTool() ? AnswerContent::Stop::Tool : AnswerContent::Stop::End;
        if (call.maxTokens)
            content.limitTo(*call.maxTokens);
    }
    content.stop = asked.rule->stop.value_or(content.stop);
    return content;
}

SandboxAnswer AnswerMaker::chat(const Asked &asked) const
{
    const DialectVoice *const voice = asked.route.voice;
    if (!asked.call->hasValue())
        return SandboxAnswer::ofError(voice, asked.call->error());
    const ChatCall &call = asked.call->value();
    const AnswerContent content = contentFor(asked);
    const ScriptRule *const rule = asked.rule;
    const double perSecond = rule ? rule->tokensPerSecond.value_or(m_options.tokensPerSecond)
                                  : m_options.tokensPerSecond;
    SandboxAnswer answer;
    answer.voice = voice;
    answer.firstDelay =
        rule ? rule->firstToken.value_or(m_options.firstToken) : m_options.firstToken;
    answer.interval = std::chrono::nanoseconds(qint64(1e9 / perSecond));
    answer.headers = {{"Content-Type", mediaType(asked.route, call)}};
    if (call.stream) {
        if (call.framing == StreamFraming::Sse)
            answer.headers.append(HttpHeader{"Cache-Control", "no-cache"});
        const EventFraming framing{call.framing, voice->lineEnd()};
        answer.say(content, *voice, &framing);
        return answer;
    }
    // Who wants no stream waits for the last token.
    answer.firstDelay += answer.interval * std::max<qsizetype>(content.outputTokens() - 1, 0);
    answer.say(content, *voice, nullptr);
    return answer;
}

SandboxAnswer AnswerMaker::usualAnswer(const Asked &asked) const
{
    const Route &route = asked.route;
    if (route.target == Route::Target::Nothing)
        return SandboxAnswer::ofError(
            route.voice,
            withStatus(404, "There is no such path here: "_L1 + knownPaths(), u"unknown_url"_s));
    if (!route.allows(asked.request.method()))
        return methodNotAllowed(route, asked.request.method());
    switch (route.target) {
    case Route::Target::Chat:
        return chat(asked);
    case Route::Target::Models:
        return ofJson(route, route.voice->models());
    case Route::Target::Version:
        return ofJson(route, "{\"version\":\"0.0.0-sandbox\"}\n");
    case Route::Target::Nothing:
        break;
    }
    Q_UNREACHABLE();
}

SandboxAnswer AnswerMaker::answer(Asked &asked, int number)
{
    const Route &route = asked.route;
    const bool known =
        route.target != Route::Target::Nothing && route.allows(asked.request.method());
    if (known) {
        if (const std::optional<ApiError> refused = m_gate.check(asked.request, route))
            return SandboxAnswer::ofError(route.voice, *refused);
    }
    if (known && route.target == Route::Target::Chat)
        asked.call = readCall(asked.request, route);
    asked.rule = findRule(asked, number);
    if (!asked.rule)
        return usualAnswer(asked);
    SandboxAnswer made =
        asked.rule->isWholeAnswer() ? asked.rule->wholeAnswer(route.voice) : usualAnswer(asked);
    asked.rule->decorate(made);
    return made;
}

SandboxAnswer AnswerMaker::answerTo(const HttpRequestParser &request, int number)
{
    const Route route = routeOf(request);
    Asked asked{request, route, {}, nullptr};
    SandboxAnswer made = answer(asked, number);
    made.number = number;
    if (route.target == Route::Target::Chat)
        made.headers += m_gate.limitHeaders(*route.voice);
    const QByteArray idHeader = route.voice->dialect().requestIdHeader();
    if (!idHeader.isEmpty())
        made.headers.append(HttpHeader{
            idHeader, "req_sandbox_" + QByteArray::number(number).rightJustified(6, '0')});
    made.withoutBody = made.withoutBody || request.method() == "HEAD";
    made.closeAfterwards = !request.wantsKeepAlive();
    return made;
}

SandboxAnswer AnswerMaker::answerToGarbage(int status, const QString &text)
{
    SandboxAnswer answer =
        SandboxAnswer::ofError(DialectVoice::find(u"openai-chat"_s), withStatus(status, text, {}));
    answer.closeAfterwards = true;
    return answer;
}

} // namespace Retryscope
