// SPDX-License-Identifier: MIT
#include "core/sandbox/routes_p.h"

#include <QtCore/QCryptographicHash>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! The path alone: no query, and no "http://host" as clients of a proxy send it.
QByteArray pathOf(const QByteArray &target)
{
    QByteArray path = target.first(target.indexOf('?') < 0 ? target.size() : target.indexOf('?'));
    const qsizetype scheme = path.indexOf("://");
    if (path.startsWith('/') || scheme < 0)
        return path;
    const qsizetype slash = path.indexOf('/', scheme + 3);
    return slash < 0 ? QByteArray("/") : path.sliced(slash);
}

SandboxAnswer methodNotAllowed(const QByteArray &method, const QByteArray &allowed)
{
    ApiError error;
    error.status = 405;
    error.message = "Not allowed to "_L1 + QString::fromLatin1(method.left(20))
                    + " here; allowed: "_L1 + QString::fromLatin1(allowed) + u'.';
    error.code = u"method_not_supported"_s;
    SandboxAnswer answer = SandboxAnswer::ofError(error);
    answer.headers.append(HttpHeader{"Allow", allowed});
    return answer;
}

SandboxAnswer models()
{
    SandboxAnswer answer;
    answer.headers = {{"Content-Type", "application/json"}};
    answer.body = "{\n  \"object\": \"list\",\n  \"data\": [\n"
                  "    {\n      \"id\": \"sandbox\",\n      \"object\": \"model\",\n"
                  "      \"created\": 1767225600,\n      \"owned_by\": \"retryscope\"\n    }\n"
                  "  ]\n}\n";
    return answer;
}

SandboxAnswer chat(const HttpRequestParser &request, const SandboxOptions &options)
{
    const Result<ChatCall, ApiError> call = ChatCall::fromBody(request.body());
    if (!call)
        return SandboxAnswer::ofError(call.error());
    const QByteArray digest = QCryptographicHash::hash(request.body(), QCryptographicHash::Sha256);
    auto made = std::make_shared<const ChatAnswer>(*call, digest, options.tokens, options.seed);
    SandboxAnswer answer;
    answer.firstDelay = options.firstToken;
    answer.interval = std::chrono::nanoseconds(qint64(1e9 / options.tokensPerSecond));
    if (call->stream) {
        answer.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}};
        answer.eventLimit = made->eventCount();
        answer.stream = std::move(made);
        return answer;
    }
    // Who wants no stream waits for the last token.
    answer.firstDelay += answer.interval * made->beat(made->eventCount());
    answer.headers = {{"Content-Type", "application/json"}};
    answer.body = made->completion();
    return answer;
}

SandboxAnswer route(const HttpRequestParser &request, const SandboxOptions &options)
{
    const QByteArray path = pathOf(request.target());
    const QByteArray method = request.method();
    if (path == "/v1/chat/completions")
        return method == "POST" ? chat(request, options) : methodNotAllowed(method, "POST");
    if (path == "/v1/models")
        return method == "GET" || method == "HEAD" ? models()
                                                   : methodNotAllowed(method, "GET, HEAD");
    ApiError error;
    error.status = 404;
    error.message = u"There is no such path here: try POST /v1/chat/completions or GET "
                    "/v1/models."_s;
    error.code = u"unknown_url"_s;
    return SandboxAnswer::ofError(error);
}

} // namespace

SandboxAnswer answerTo(const HttpRequestParser &request, const SandboxOptions &options, int number)
{
    SandboxAnswer answer = route(request, options);
    answer.number = number;
    answer.headers.append(HttpHeader{
        "x-request-id", "req_sandbox_" + QByteArray::number(number).rightJustified(6, '0')});
    answer.withoutBody = request.method() == "HEAD";
    answer.closeAfterwards = !request.wantsKeepAlive();
    return answer;
}

SandboxAnswer answerToGarbage(int status, const QString &text)
{
    ApiError error;
    error.status = status;
    error.message = text;
    SandboxAnswer answer = SandboxAnswer::ofError(error);
    answer.closeAfterwards = true;
    return answer;
}

} // namespace Retryscope
