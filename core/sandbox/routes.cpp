// SPDX-License-Identifier: MIT
#include "core/sandbox/routes_p.h"

#include "core/llm/dialect.h"

#include <QtCore/QStringList>
#include <QtCore/QUrl>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

const DialectVoice *voice(QLatin1StringView id)
{
    return DialectVoice::find(id);
}

QByteArray queryOf(const QByteArray &target)
{
    const qsizetype mark = target.indexOf('?');
    return mark < 0 ? QByteArray() : target.sliced(mark + 1);
}

//! Three providers keep their models at the same path: which one is meant, their clients' own
//! headers and query tell.
const DialectVoice *voiceOfModels(const HttpRequestParser &request)
{
    if (!request.header("anthropic-version").isNull() || !request.header("x-api-key").isNull())
        return voice("anthropic"_L1);
    const QByteArray query = '&' + queryOf(request.target());
    const bool cohere = query.contains("&page_size=") || query.contains("&endpoint=")
                        || request.header("user-agent").startsWith("cohere");
    return voice(cohere ? "cohere"_L1 : "openai-chat"_L1);
}

//! Where the path names the model: what stands between \a start and \a end, decoded.
bool readModelPath(const QByteArray &path, const QString &pattern, CallPath &out)
{
    const QByteArray start = pattern.section("{model}"_L1, 0, 0).toLatin1();
    const QByteArray end = pattern.section("{model}"_L1, 1).toLatin1();
    const qsizetype size = path.size() - start.size() - end.size();
    if (size < 1 || !path.startsWith(start) || !path.endsWith(end))
        return false;
    out.model = QString::fromUtf8(QByteArray::fromPercentEncoding(path.sliced(start.size(), size)));
    return true;
}

bool leadsToChat(const DialectVoice *voice, const QByteArray &path, CallPath &out)
{
    const DialectFacts &facts = voice->dialect().facts();
    if (!facts.modelInPath())
        return path == facts.path.toLatin1();
    out.stream = readModelPath(path, facts.path, out);
    return out.stream || readModelPath(path, facts.wholePath, out);
}

QByteArray modelsPathOf(const DialectVoice *voice)
{
    return pathOf(voice->dialect().facts().modelsPath.toLatin1());
}

//! Whose client is likely to have asked for a path that nobody has.
const DialectVoice *likelyVoice(const HttpRequestParser &request, const QByteArray &path)
{
    static const std::pair<const char *, QLatin1StringView> beginnings[]{
        {"/v1/messages", "anthropic"_L1},
        {"/v1beta/", "gemini"_L1},
        {"/api/", "ollama"_L1},
        {"/v2/", "cohere"_L1},
        {"/model/", "bedrock-converse"_L1},
    };
    for (const auto &[beginning, id] : beginnings) {
        if (path.startsWith(beginning))
            return voice(id);
    }
    return voice(request.header("anthropic-version").isNull() ? "openai-chat"_L1 : "anthropic"_L1);
}

} // namespace

QByteArray pathOf(const QByteArray &target)
{
    const QByteArray path =
        target.first(target.indexOf('?') < 0 ? target.size() : target.indexOf('?'));
    const qsizetype scheme = path.indexOf("://");
    if (path.startsWith('/') || scheme < 0)
        return path;
    const qsizetype slash = path.indexOf('/', scheme + 3);
    return slash < 0 ? QByteArray("/") : path.sliced(slash);
}

bool Route::allows(const QByteArray &method) const
{
    return target == Target::Chat ? method == "POST" : method == "GET" || method == "HEAD";
}

Route routeOf(const HttpRequestParser &request)
{
    const QByteArray path = pathOf(request.target());
    Route route;
    route.path.query = queryOf(request.target());
    for (const DialectVoice *candidate : DialectVoice::all()) {
        route.voice = candidate;
        route.target = Route::Target::Chat;
        if (leadsToChat(candidate, path, route.path))
            return route;
        route.target = Route::Target::Models;
        if (path == "/v1/models" && path == modelsPathOf(candidate)) {
            route.voice = voiceOfModels(request);
            return route;
        }
        if (path == modelsPathOf(candidate))
            return route;
    }
    const bool version = path == "/api/version";
    route.voice = likelyVoice(request, path);
    route.target = version ? Route::Target::Version : Route::Target::Nothing;
    return route;
}

QString knownPaths()
{
    QStringList posts;
    QStringList gets;
    for (const DialectVoice *known : DialectVoice::all()) {
        posts += known->dialect().facts().path;
        gets += QString::fromLatin1(modelsPathOf(known));
    }
    gets.removeDuplicates();
    return "try POST "_L1 + posts.join(", "_L1) + ", or GET "_L1 + gets.join(", "_L1) + u'.';
}

} // namespace Retryscope
