// SPDX-License-Identifier: MIT
#include "core/run/scenario.h"

#include "core/base/random.h"
#include "core/llm/llmjson.h"
#include "core/run/headercheck_p.h"
#include "core/sandbox/sandbox.h"
#include "core/trace/redactor.h"
#include "core/trace/variablereference.h"

#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcessEnvironment>
#include <QtCore/QUrlQuery>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// RFC 9110, 5.6.2.
bool isToken(const QByteArray &text)
{
    constexpr QByteArrayView symbols = "!#$%&'*+-.^_`|~";
    return !text.isEmpty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
               || symbols.contains(c);
    });
}

std::optional<InputError> checkHeader(const HeaderField &header, qsizetype index)
{
    const QString field = u"headers[%1]"_s.arg(index);
    const QString name = QString::fromUtf8(header.name);
    if (!isToken(header.name))
        return InputError{
            field,
            u"\"%1\" is not a header name: letters, digits and dashes, without spaces or colons."_s
                .arg(name),
            {}};
    if (!isHeaderValue(header.value))
        return InputError{field,
                          u"The value of %1 holds a line break, a NUL or another control "
                          "character, which a header cannot carry."_s.arg(name),
                          {}};
    if (header.value == Redactor::mark().toUtf8())
        return InputError{
            field,
            u"The value of %1 is a secret and was not saved: fill it in again."_s.arg(name),
            {}};
    const QByteArray lower = header.name.toLower();
    if (lower == "content-length" || lower == "transfer-encoding" || lower == "host")
        return InputError{
            field,
            u"%1 is made from the body and the URL; it cannot be set by hand."_s.arg(name),
            {}};
    return {};
}

std::optional<InputError> checkBody(const Scenario &scenario)
{
    if (scenario.isRaw()) {
        // It is written down in traces and scenarios, and shown in a field.
        if (scenario.rawBody.value_or(QByteArray()).isValidUtf8())
            return {};
        return InputError{
            u"body"_s, u"The body is not UTF-8 text, which is all that is sent."_s, {}};
    }
    if (scenario.rawBody) {
        QJsonParseError error;
        QJsonDocument::fromJson(*scenario.rawBody, &error);
        if (error.error != QJsonParseError::NoError)
            return InputError{u"body"_s,
                              u"The body is not JSON: %1 at byte %2."_s.arg(error.errorString())
                                  .arg(error.offset),
                              error.offset};
        return {};
    }
    if (scenario.chat.model.trimmed().isEmpty())
        return InputError{u"chat.model"_s, u"Name the model to ask."_s, {}};
    const bool saysSomething =
        std::ranges::any_of(scenario.chat.messages,
                            [](const ChatMessage &message) { return !message.content.isEmpty(); });
    if (!saysSomething && !scenario.chat.extra.contains("messages"_L1))
        return InputError{u"chat.messages"_s, u"Write a message to send."_s, {}};
    return {};
}

std::optional<InputError> checkMethod(const QByteArray &method)
{
    const QString name = QString::fromUtf8(method);
    if (!isToken(method))
        return InputError{u"method"_s, u"\"%1\" is not an HTTP method."_s.arg(name), {}};
    // QNetworkAccessManager waits for a body that never comes behind a HEAD of sendCustomRequest().
    if (method == "HEAD" || method == "CONNECT")
        return InputError{
            u"method"_s,
            u"The answer to %1 has no body, so there is nothing to follow: use POST or GET."_s.arg(
                name),
            {}};
    return {};
}

std::optional<InputError> checkEndpoint(const Scenario &scenario, const Dialect &dialect)
{
    const auto endpoint =
        Endpoint::parse(scenario.endpoint, dialect, scenario.chat.model, scenario.chat.stream);
    if (!endpoint)
        return endpoint.error();
    for (const auto &[name, value] : QUrlQuery(endpoint->url).queryItems(QUrl::FullyDecoded)) {
        if (value == Redactor::mark())
            return InputError{
                u"endpoint"_s,
                u"The value of \"%1\" is a secret and was not saved: fill it in again."_s.arg(name),
                {}};
    }
    if (!scenario.faults.isEmpty() && !scenario.useTap)
        return InputError{
            u"faultPlan"_s, u"Faults need the tap: take the faults away, or let the tap in."_s, {}};
    if (scenario.terminateTls && !scenario.useTap)
        return InputError{u"terminate_tls"_s,
                          u"Without the tap there is nobody to terminate TLS: let the tap in."_s,
                          {}};
    const bool wantsHttp2 =
        scenario.faults.needsHttp2() || endpoint->sandboxScheme == Endpoint::SandboxScheme::Http2;
    if (wantsHttp2 && !scenario.allowHttp2)
        return InputError{u"http2"_s,
                          u"The endpoint or a fault needs HTTP/2, which this request must not use "
                          "(http2 is off): allow it, or take them away."_s,
                          {}};
    // It speaks HTTP/1.1 on both sides.
    if (scenario.faults.needsHttp2() && scenario.terminateTls)
        return InputError{
            u"terminate_tls"_s,
            u"A fault needs HTTP/2, which the tap does not speak where TLS ends at it: "
            "leave TLS to the endpoint, or take the fault away."_s,
            {}};
    if (auto error = scenario.faults.checkPlaceable(endpoint->speaksTls(scenario.faults.needsTls()),
                                                    endpoint->isSandbox, scenario.terminateTls))
        return error;
    return endpoint->isSandbox
               ? Sandbox::checkPlaceable(scenario.faults, dialect.id(), scenario.chat.stream)
               : std::nullopt;
}

std::optional<InputError> checkProxy(const ProxyChoice &proxy)
{
    if (proxy.url.contains(Redactor::mark()))
        return InputError{
            u"proxy"_s,
            u"The proxy's user name and password were not saved: fill them in again."_s,
            {}};
    // What the environment says is for the run to find out.
    const QList<InputError> errors = proxy.settings({}).validate();
    return errors.isEmpty() ? std::nullopt : std::optional(errors.first());
}

//! An error of a part, as one of the whole.
std::optional<InputError> inside(const QString &part, std::optional<InputError> error)
{
    if (error)
        error->field = part + error->field;
    return error;
}

//! "Bearer ${TOKEN}" holds no secret, and must be there the next time.
bool namesOnlyVariables(const HeaderField &header)
{
    const QString shown = Redactor().header(header.name, header.value);
    return shown == QString::fromUtf8(header.value);
}

QString urlWithoutSecrets(const QString &text)
{
    // No URL yet.
    if (holdsVariables(text))
        return Redactor().text(text);
    const QUrl url(text, QUrl::StrictMode);
    // Only where there is something to hide: otherwise what was typed stays as it was typed.
    if (!url.isValid() || (url.query().isEmpty() && url.userInfo().isEmpty()))
        return text;
    return Redactor().url(url);
}

} // namespace

ProxySettings ProxyChoice::settings(const QProcessEnvironment &environment) const
{
    ProxySettings settings;
    if (kind == Kind::Environment)
        settings = ProxySettings::fromEnvironment(environment);
    else if (kind == Kind::Explicit)
        settings = ProxySettings::fromUrl(url);
    settings.addExceptions(noProxy, u"no_proxy"_s);
    return settings;
}

Scenario Scenario::example()
{
    Scenario scenario;
    scenario.chat.model = Dialect::find(scenario.dialect)->defaultModel();
    scenario.chat.messages = {{u"user"_s, u"Why does a program wait before it tries again?"_s}};
    scenario.faults = *FaultPlan::fromString(u"dns,refused,ok"_s);
    scenario.seed = 42;
    return scenario;
}

Scenario Scenario::withoutSecrets() const
{
    Scenario copy = *this;
    for (HeaderField &header : copy.headers) {
        if (Redactor::isSecretHeader(header.name) && !namesOnlyVariables(header))
            header.value = Redactor::mark().toUtf8();
    }
    copy.endpoint = urlWithoutSecrets(endpoint);
    const QString plain = ProxySettings::withoutCredentials(proxy.url);
    if (plain != proxy.url) {
        const qsizetype host = plain.indexOf("://"_L1) + 1;
        copy.proxy.url = plain;
        copy.proxy.url.insert(host > 0 ? host + 2 : 0, Redactor::mark() + u'@');
    }
    return copy;
}

bool Scenario::isRaw() const
{
    return dialect == Dialect::raw()->id();
}

QByteArray Scenario::contentType(const QByteArray &body) const
{
    if (!isRaw() || isSoundJson(body))
        return QByteArrayLiteral("application/json");
    return body.isEmpty() ? QByteArray() : QByteArrayLiteral("text/plain; charset=utf-8");
}

FaultPlan Scenario::drawnFaults() const
{
    if (faultChance >= 1.0)
        return faults;
    // Another sequence than that of the waits, which the bare seed begins.
    SeededRandom random(seed ^ Q_UINT64_C(0x9e3779b97f4a7c15));
    return faults.drawn(faultChance, random);
}

QList<InputError> Scenario::validate() const
{
    const Dialect *known = Dialect::find(dialect);
    if (!known)
        return {{u"dialect"_s,
                 u"There is no dialect \"%1\". Known: %2, and raw for any HTTP request."_s.arg(
                     dialect, Dialect::ids().join(u", "_s)),
                 {}}};

    QList<InputError> errors;
    const auto note = [&errors](const std::optional<InputError> &error) {
        if (error)
            errors.append(*error);
    };
    note(checkEndpoint(*this, *known));
    if (!(faultChance >= 0.0 && faultChance <= 1.0))
        errors.append({u"fault_chance"_s, u"The chance of a fault must be from 0 to 1."_s, {}});
    note(checkBody(*this));
    note(checkMethod(method));
    for (qsizetype i = 0; i < headers.size(); ++i)
        note(checkHeader(headers.at(i), i));
    note(inside(u"policy."_s, policy.validate()));
    note(inside(u"timeouts."_s, timeouts.validate()));
    note(checkProxy(proxy));
    if (!caFile.isEmpty() && !QFileInfo(caFile).isReadable())
        errors.append({u"ca_file"_s, u"The file %1 cannot be read."_s.arg(caFile), {}});
    return errors;
}

} // namespace Retryscope
