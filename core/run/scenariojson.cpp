// SPDX-License-Identifier: MIT
#include "core/run/scenario.h"

#include "core/run/jsonmembers_p.h"
#include "core/run/runjson_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

struct KindName
{
    RetryPolicy::Kind kind;
    QLatin1StringView name;
};

constexpr KindName kindNames[] = {
    {RetryPolicy::Kind::Dns, "dns"_L1}, {RetryPolicy::Kind::Connect, "connect"_L1},
    {RetryPolicy::Kind::Tls, "tls"_L1}, {RetryPolicy::Kind::Certificate, "certificate"_L1},
    {RetryPolicy::Kind::Io, "io"_L1},   {RetryPolicy::Kind::Http2, "http2"_L1},
};

QJsonObject policyToJson(const RetryPolicy &policy)
{
    return {{u"max_retries"_s, policy.maxRetries},
            {u"initial_backoff_ms"_s, qint64(policy.initialBackoff.count())},
            {u"max_backoff_ms"_s, qint64(policy.maxBackoff.count())},
            {u"jitter"_s, policy.jitter},
            {u"retry_on"_s, QJsonArray::fromStringList(retryKindNames(policy.retryOn))},
            {u"retry_maybe_processed"_s, policy.retryMaybeProcessed},
            {u"idempotency_key"_s, policy.idempotencyKey}};
}

void readKinds(Members &members, RetryPolicy &policy)
{
    const auto value = members.take(u"retry_on"_s);
    if (!value)
        return;
    QStringList names;
    for (const QJsonValue &entry : value->toArray())
        names.append(entry.toString());
    const auto kinds = retryKindsFromNames(names);
    if (!value->isArray())
        members.fail(u"retry_on"_s, u"Must be a list of names."_s);
    else if (!kinds)
        members.fail(u"retry_on"_s, kinds.error().message);
    else
        policy.retryOn = *kinds;
}

void readPolicy(Members &members, RetryPolicy &policy)
{
    members.read(u"max_retries"_s, policy.maxRetries);
    members.read(u"initial_backoff_ms"_s, policy.initialBackoff);
    members.read(u"max_backoff_ms"_s, policy.maxBackoff);
    members.read(u"jitter"_s, policy.jitter);
    members.read(u"retry_maybe_processed"_s, policy.retryMaybeProcessed);
    members.read(u"idempotency_key"_s, policy.idempotencyKey);
    readKinds(members, policy);
}

QJsonObject timeoutsToJson(const Timeouts &timeouts)
{
    return {{u"connect_ms"_s, qint64(timeouts.connect.count())},
            {u"first_byte_ms"_s, qint64(timeouts.firstByte.count())},
            {u"idle_bytes_ms"_s, qint64(timeouts.idleBytes.count())},
            {u"idle_events_ms"_s, qint64(timeouts.idleEvents.count())},
            {u"total_ms"_s, qint64(timeouts.total.count())}};
}

void readTimeouts(Members &members, Timeouts &timeouts)
{
    members.read(u"connect_ms"_s, timeouts.connect);
    members.read(u"first_byte_ms"_s, timeouts.firstByte);
    members.read(u"idle_bytes_ms"_s, timeouts.idleBytes);
    members.read(u"idle_events_ms"_s, timeouts.idleEvents);
    members.read(u"total_ms"_s, timeouts.total);
}

QJsonObject chatToJson(const ChatRequest &chat)
{
    QJsonArray messages;
    for (const ChatMessage &message : chat.messages)
        messages.append(QJsonObject{{u"role"_s, message.role}, {u"content"_s, message.content}});
    QJsonObject json{
        {u"model"_s, chat.model}, {u"messages"_s, messages}, {u"stream"_s, chat.stream}};
    if (!chat.system.isEmpty())
        json.insert(u"system"_s, chat.system);
    if (!chat.extra.isEmpty())
        json.insert(u"extra"_s, chat.extra);
    return json;
}

void readMessages(Members &members, ChatRequest &chat)
{
    const auto value = members.take(u"messages"_s);
    if (!value)
        return;
    if (!value->isArray())
        return members.fail(u"messages"_s, u"Must be a list of objects."_s);
    chat.messages.clear();
    const QJsonArray list = value->toArray();
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QJsonObject entry = list.at(i).toObject();
        if (!entry.value("role"_L1).isString() || !entry.value("content"_L1).isString()
            || entry.size() != 2)
            return members.fail(u"messages[%1]"_s.arg(i),
                                u"Must be an object with the strings role and content."_s);
        chat.messages.append(
            {entry.value("role"_L1).toString(), entry.value("content"_L1).toString()});
    }
}

void readChat(Members &members, ChatRequest &chat)
{
    members.read(u"model"_s, chat.model);
    members.read(u"system"_s, chat.system);
    members.read(u"stream"_s, chat.stream);
    readMessages(members, chat);
    if (const auto extra = members.take(u"extra"_s)) {
        if (extra->isObject())
            chat.extra = extra->toObject();
        else
            members.fail(u"extra"_s, u"Must be an object."_s);
    }
}

QJsonArray headersToJson(const QList<HeaderField> &headers)
{
    QJsonArray json;
    for (const HeaderField &header : headers)
        json.append(QJsonArray{QString::fromUtf8(header.name), QString::fromUtf8(header.value)});
    return json;
}

void readHeaders(Members &members, QList<HeaderField> &headers)
{
    const auto value = members.take(u"headers"_s);
    if (!value)
        return;
    if (!value->isArray())
        return members.fail(u"headers"_s, u"Must be a list of [name, value] pairs."_s);
    const QJsonArray list = value->toArray();
    headers.clear();
    for (qsizetype i = 0; i < list.size(); ++i) {
        const QJsonArray pair = list.at(i).toArray();
        if (pair.size() != 2 || !pair.at(0).isString() || !pair.at(1).isString())
            return members.fail(u"headers[%1]"_s.arg(i),
                                u"Must be a pair of strings: [name, value]."_s);
        headers.append({pair.at(0).toString().toUtf8(), pair.at(1).toString().toUtf8()});
    }
}

void readFaults(Members &members, FaultPlan &plan)
{
    const auto value = members.take(u"faults"_s);
    if (!value)
        return;
    if (!value->isArray() && !value->isString())
        return members.fail(u"faults"_s,
                            u"Must be a list of faults, or a plan in its text form."_s);
    const auto parsed = value->isArray() ? FaultPlan::fromJson(value->toArray())
                                         : FaultPlan::fromString(value->toString());
    if (parsed)
        plan = *parsed;
    else
        members.fail(u"faults"_s, parsed.error().message);
}

void readSeed(Members &members, quint64 &seed)
{
    const auto value = members.take(u"seed"_s);
    if (!value)
        return;
    bool ok = false;
    const quint64 number = value->isString()
                               ? value->toString().toULongLong(&ok)
                               : static_cast<quint64>(std::max<qint64>(value->toInteger(-1), 0));
    if (value->isDouble())
        ok = value->toInteger(-1) >= 0;
    if (ok)
        seed = number;
    else
        members.fail(u"seed"_s, u"Must be a whole number from 0 to 18446744073709551615."_s);
}

void readSchema(Members &members)
{
    int schema = Scenario::Schema;
    members.read(u"schema"_s, schema);
    if (schema > Scenario::Schema)
        members.fail(
            u"schema"_s,
            u"This scenario was written by a newer version (schema %1); this one reads schema %2."_s
                .arg(schema)
                .arg(Scenario::Schema));
}

void readBody(Members &members, std::optional<QByteArray> &body)
{
    const auto value = members.take(u"body"_s);
    if (value && value->isString())
        body = value->toString().toUtf8();
    else if (value)
        members.fail(u"body"_s, u"Must be a string that holds the JSON text to send."_s);
}

} // namespace

ProxyChoice ProxyChoice::fromText(const QString &text)
{
    if (text == "none"_L1 || text.isEmpty())
        return {};
    if (text == "env"_L1 || text == "environment"_L1)
        return {Kind::Environment, {}, {}};
    return {Kind::Explicit, text, {}};
}

QString ProxyChoice::toText() const
{
    switch (kind) {
    case Kind::None:
        return u"none"_s;
    case Kind::Environment:
        return u"env"_s;
    case Kind::Explicit:
        return url;
    }
    Q_UNREACHABLE();
}

QStringList retryKindNames(RetryPolicy::Kinds kinds)
{
    QStringList names;
    for (const KindName &entry : kindNames) {
        if (kinds.testFlag(entry.kind))
            names.append(entry.name);
    }
    return names;
}

Result<RetryPolicy::Kinds> retryKindsFromNames(const QStringList &names)
{
    RetryPolicy::Kinds kinds;
    for (const QString &name : names) {
        const auto *entry =
            std::ranges::find(kindNames, name, [](const KindName &e) { return QString(e.name); });
        if (entry == std::end(kindNames))
            return InputError{
                u"policy.retry_on"_s,
                u"\"%1\" cannot be retried. Known: dns, connect, tls, certificate, io, http2."_s
                    .arg(name),
                {}};
        kinds |= entry->kind;
    }
    return kinds;
}

QJsonObject Scenario::toJson() const
{
    QJsonObject json{{u"schema"_s, Schema},
                     {u"endpoint"_s, endpoint},
                     {u"dialect"_s, dialect},
                     {u"chat"_s, chatToJson(chat)},
                     {u"method"_s, QString::fromUtf8(method)},
                     {u"headers"_s, headersToJson(headers)},
                     {u"key_env"_s, keyVariable},
                     {u"policy"_s, policyToJson(policy)},
                     {u"timeouts"_s, timeoutsToJson(timeouts)},
                     {u"faults"_s, faults.toJson()},
                     {u"seed"_s, seedToJson(seed)},
                     {u"proxy"_s, proxy.toText()},
                     {u"no_proxy"_s, proxy.noProxy},
                     {u"tap"_s, useTap},
                     {u"terminate_tls"_s, terminateTls},
                     {u"http2"_s, allowHttp2},
                     {u"insecure"_s, insecure},
                     {u"ca_file"_s, caFile}};
    // Only where it says something: an older version refuses members that it does not know.
    if (faultChance != 1.0)
        json.insert(u"fault_chance"_s, faultChance);
    if (rawBody)
        json.insert(u"body"_s, QString::fromUtf8(*rawBody));
    return json;
}

QByteArray Scenario::toText() const
{
    return QJsonDocument(toJson()).toJson(QJsonDocument::Indented);
}

Result<Scenario> Scenario::fromJson(const QJsonObject &json)
{
    Scenario scenario;
    std::optional<InputError> error;
    Members members(json, {}, error);
    readSchema(members);
    members.read(u"endpoint"_s, scenario.endpoint);
    members.read(u"dialect"_s, scenario.dialect);
    members.object(u"chat"_s, [&](Members &inner) { readChat(inner, scenario.chat); });
    readBody(members, scenario.rawBody);
    QString method = QString::fromUtf8(scenario.method);
    members.read(u"method"_s, method);
    scenario.method = method.toUtf8();
    readHeaders(members, scenario.headers);
    members.read(u"key_env"_s, scenario.keyVariable);
    members.object(u"policy"_s, [&](Members &inner) { readPolicy(inner, scenario.policy); });
    members.object(u"timeouts"_s, [&](Members &inner) { readTimeouts(inner, scenario.timeouts); });
    readFaults(members, scenario.faults);
    members.read(u"fault_chance"_s, scenario.faultChance);
    readSeed(members, scenario.seed);
    QString proxy = scenario.proxy.toText();
    members.read(u"proxy"_s, proxy);
    scenario.proxy = ProxyChoice::fromText(proxy);
    members.read(u"no_proxy"_s, scenario.proxy.noProxy);
    members.read(u"tap"_s, scenario.useTap);
    members.read(u"terminate_tls"_s, scenario.terminateTls);
    members.read(u"http2"_s, scenario.allowHttp2);
    members.read(u"insecure"_s, scenario.insecure);
    members.read(u"ca_file"_s, scenario.caFile);
    members.refuseTheRest();
    if (error)
        return *error;
    return scenario;
}

Result<Scenario> Scenario::fromText(const QByteArray &text)
{
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(text, &error);
    if (error.error != QJsonParseError::NoError) {
        const auto line = text.left(error.offset).count('\n') + 1;
        return InputError{{},
                          u"This is not JSON: %1, in line %2."_s.arg(error.errorString()).arg(line),
                          error.offset};
    }
    if (!document.isObject())
        return InputError{{}, u"A scenario is a JSON object."_s, {}};
    return fromJson(document.object());
}

} // namespace Retryscope
