// SPDX-License-Identifier: MIT
#include "core/run/endpoint.h"

#include "core/llm/dialect.h"

#include <QtCore/QRegularExpression>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

InputError wrong(const QString &message, std::optional<qsizetype> offset = {})
{
    return {u"endpoint"_s, message, offset};
}

//! "/v1" of "/v1/chat/completions"; empty where the first segment is no version.
QString leadingVersion(const QString &path)
{
    static const QRegularExpression version(u"^/v[0-9][a-z0-9]*(?=/)"_s);
    return version.match(path).captured();
}

//! The path to ask for, given the base that was typed.
QString joinPath(QString base, const QString &path)
{
    while (base.endsWith(u'/'))
        base.chop(1);
    if (base.endsWith(path))
        return base;
    const QString version = leadingVersion(path);
    if (!version.isEmpty() && base.endsWith(version))
        base.chop(version.size());
    return base + path;
}

std::optional<Endpoint::SandboxScheme> sandboxScheme(const QString &word)
{
    if (word == "sandbox"_L1)
        return Endpoint::SandboxScheme::Auto;
    if (word == "sandbox+http"_L1)
        return Endpoint::SandboxScheme::Http;
    if (word == "sandbox+https"_L1)
        return Endpoint::SandboxScheme::Https;
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
        return true;
    }
    Q_UNREACHABLE();
}

Result<Endpoint> Endpoint::parse(const QString &text, const Dialect &dialect)
{
    const QString typed = text.trimmed();
    if (typed.isEmpty())
        return wrong(u"Say where to send: a URL, or the word sandbox."_s);

    Endpoint endpoint;
    if (const auto scheme = Retryscope::sandboxScheme(typed.section(u':', 0, 0))) {
        endpoint.sandboxScheme = *scheme;
        const QString path = typed.section(u':', 1);
        if (!path.isEmpty() && !path.startsWith(u'/'))
            return wrong(u"After \"sandbox:\" comes a path, which begins with a slash."_s,
                         typed.indexOf(u':') + 1);
        endpoint.url.setPath(joinPath(path, dialect.path()));
        return endpoint;
    }

    QUrl url(typed, QUrl::StrictMode);
    if (const auto error = checkUrl(url, typed))
        return *error;
    url.setPath(joinPath(url.path(QUrl::FullyEncoded), dialect.path()), QUrl::StrictMode);
    url.setFragment({});
    endpoint.isSandbox = false;
    endpoint.url = url;
    return endpoint;
}

} // namespace Retryscope
