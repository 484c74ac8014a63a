// SPDX-License-Identifier: MIT
#include "core/run/endpoint.h"

#include "core/llm/dialect.h"

#include <QtCore/QStringList>
#include <QtCore/QUrlQuery>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

InputError wrong(const QString &message, std::optional<qsizetype> offset = {})
{
    return {u"endpoint"_s, message, offset};
}

//! What no base ends with: the endpoint's own name behind the version or the model.
QStringList endings(const Dialect &dialect)
{
    const DialectFacts &facts = dialect.facts();
    if (facts.modelInPath())
        return {facts.path.section("{model}"_L1, 1), facts.wholePath.section("{model}"_L1, 1)};
    QStringList known{facts.path};
    for (const DialectFlavour &flavour : facts.flavours) {
        const QString path = flavour.path.section(u'?', 0, 0);
        // Azure's, behind the deployment.
        known.append(path.contains(u'}') ? path.section(u'}', 1) : path);
    }
    return known;
}

//! The path to ask for, given the base that was typed: what is the end of the one and the beginning
//! of the other stands there once.
QString joinPath(const QString &base, const QString &path)
{
    qsizetype shared = path.size();
    while (shared > 0 && !base.endsWith(QStringView(path).first(shared)))
        shared = path.lastIndexOf(u'/', shared - 1);
    return base + path.sliced(std::max<qsizetype>(shared, 0));
}

struct Asked
{
    QString model;
    bool stream;
};

//! Path and query behind the base, percent-encoded.
QString target(const QUrl &url, const Dialect &dialect, const Asked &asked)
{
    const DialectFlavour *const flavour = dialect.flavourAt(url);
    if (flavour) {
        // Azure's: a deployment has the model's name unless the person gave it another.
        const auto model = QString::fromLatin1(QUrl::toPercentEncoding(asked.model));
        return QString(flavour->path).replace("{deployment}"_L1, model);
    }
    const QString query = asked.stream ? dialect.facts().streamQuery : QString();
    const QString path = dialect.pathFor(asked.model, asked.stream);
    return query.isEmpty() ? path : QString(path + u'?' + query);
}

void complete(QUrl &url, QString base, const Dialect &dialect, const Asked &asked)
{
    while (base.endsWith(u'/'))
        base.chop(1);
    const QStringList known = endings(dialect);
    const bool whole = std::any_of(known.begin(), known.end(), [&base](const QString &ending) {
        return !ending.isEmpty() && base.endsWith(ending);
    });
    const QString rest = whole ? QString() : target(url, dialect, asked);
    url.setPath(whole ? base : joinPath(base, rest.section(u'?', 0, 0)), QUrl::TolerantMode);
    const QString query = rest.section(u'?', 1);
    // What was typed wins.
    if (query.isEmpty() || QUrlQuery(url).hasQueryItem(query.section(u'=', 0, 0)))
        return;
    const QString typed = url.query(QUrl::FullyEncoded);
    url.setQuery(typed.isEmpty() ? query : QString(typed + u'&' + query));
}

//! The sandbox's for a raw request: as it was typed.
std::optional<InputError> takeTarget(QUrl &url, const QString &typed)
{
    const QUrl target(typed.isEmpty() ? u"/"_s : typed, QUrl::StrictMode);
    if (!target.isValid())
        return wrong(
            u"This is not a valid path: %1."_s.arg(target.errorString().section(u';', 0, 0)));
    url.setPath(target.path(QUrl::FullyEncoded), QUrl::TolerantMode);
    if (target.hasQuery())
        url.setQuery(target.query(QUrl::FullyEncoded));
    return {};
}

std::optional<Endpoint::SandboxScheme> sandboxScheme(const QString &word)
{
    if (word == "sandbox"_L1)
        return Endpoint::SandboxScheme::Auto;
    if (word == "sandbox+http"_L1)
        return Endpoint::SandboxScheme::Http;
    if (word == "sandbox+https"_L1)
        return Endpoint::SandboxScheme::Https;
    if (word == "sandbox+h2"_L1)
        return Endpoint::SandboxScheme::Http2;
    return {};
}

std::optional<InputError> checkUrl(const QUrl &url, const QString &text)
{
    // First: what QUrl says of "127.0.0.1:8080" helps nobody.
    if (!text.contains("://"_L1))
        return wrong(
            u"A URL begins with http:// or https://. Did you mean https://%1?"_s.arg(text));
    if (!url.isValid())
        return wrong(u"This is not a valid URL: %1."_s.arg(url.errorString().section(u';', 0, 0)));
    if (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)
        return wrong(
            u"The scheme \"%1\" is not one Retryscope can send to: use http, https or the word sandbox."_s
                .arg(url.scheme()));
    if (url.host().isEmpty())
        return wrong(u"The URL names no host. Write it as %1://host/path."_s.arg(url.scheme()),
                     url.scheme().size() + 3);
    if (url.port(1) < 1)
        return wrong(u"Port 0 cannot be connected to. Use a port from 1 to 65535."_s);
    if (!url.userInfo().isEmpty())
        return wrong(u"Take the user name and password out of the URL, where logs would keep them, "
                     "and send them in a header."_s);
    return {};
}

} // namespace

bool Endpoint::speaksTls(bool planNeedsTls) const
{
    if (!isSandbox)
        return url.scheme() == "https"_L1;
    switch (sandboxScheme) {
    case SandboxScheme::Auto:
        return planNeedsTls;
    case SandboxScheme::Http:
        return false;
    case SandboxScheme::Https:
    case SandboxScheme::Http2:
        return true;
    }
    Q_UNREACHABLE();
}

Result<Endpoint> Endpoint::parse(const QString &text, const Dialect &dialect, const QString &model,
                                 bool stream)
{
    const QString typed = text.trimmed();
    if (typed.isEmpty())
        return wrong(u"Say where to send: a URL, or the word sandbox."_s);

    Endpoint endpoint;
    QString base;
    if (const auto scheme = Retryscope::sandboxScheme(typed.section(u':', 0, 0))) {
        endpoint.sandboxScheme = *scheme;
        base = typed.section(u':', 1);
        if (!base.isEmpty() && !base.startsWith(u'/'))
            return wrong(u"After \"sandbox:\" comes a path, which begins with a slash."_s,
                         typed.indexOf(u':') + 1);
    } else {
        const QUrl url(typed, QUrl::StrictMode);
        if (const auto error = checkUrl(url, typed))
            return *error;
        base = url.path(QUrl::FullyEncoded);
        endpoint.isSandbox = false;
        endpoint.url = url;
        endpoint.url.setFragment({});
    }
    if (dialect.facts().isRaw) {
        if (const auto error = endpoint.isSandbox ? takeTarget(endpoint.url, base) : std::nullopt)
            return *error;
        return endpoint;
    }
    complete(endpoint.url, base, dialect,
             {model.isEmpty() ? dialect.defaultModel() : model, stream});
    return endpoint;
}

} // namespace Retryscope
