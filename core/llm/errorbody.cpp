// SPDX-License-Identifier: MIT
#include "core/llm/errorbody_p.h"

#include "core/stream/ssedecoder.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// Enough for a sentence of any provider; a page of HTML is none.
constexpr qsizetype LongestMessage = 1000;
constexpr qsizetype LongestBody = 256 * 1024;
constexpr int DeepestMessage = 4;

QString messageOf(const QJsonValue &value, int depth);

QString messageOf(const QJsonObject &object, int depth)
{
    // In this order: a gateway wraps the provider's error in members of its own.
    for (const QLatin1StringView name :
         {"error"_L1, "errors"_L1, "message"_L1, "Message"_L1, "detail"_L1, "msg"_L1,
          "error_description"_L1, "title"_L1}) {
        const QString message = messageOf(object.value(name), depth);
        if (!message.isEmpty())
            return message;
    }
    return {};
}

QString messageOf(const QJsonValue &value, int depth)
{
    if (value.isString())
        return value.toString();
    if (depth == DeepestMessage)
        return {};
    if (value.isObject())
        return messageOf(value.toObject(), depth + 1);
    const QJsonArray values = value.toArray();
    for (const QJsonValue &one : values) {
        const QString message = messageOf(one, depth + 1);
        if (!message.isEmpty())
            return message;
    }
    return {};
}

QString messageOfJson(const QByteArray &text)
{
    const QJsonDocument document = QJsonDocument::fromJson(text);
    return document.isArray() ? messageOf(document.array(), 0) : messageOf(document.object(), 0);
}

QString messageOfEvents(QByteArrayView body)
{
    QString message;
    const auto read = [&message](QByteArrayView data) {
        if (message.isEmpty())
            message = messageOfJson(data.toByteArray());
    };
    SseDecoder decoder;
    decoder.feed(body, [&read](const SseEvent &event) { read(event.data); });
    const StreamPending pending = decoder.finish();
    if (pending.hasData)
        read(pending.data);
    return message;
}

QString titleOfPage(const QString &page)
{
    const qsizetype tag = page.indexOf("<title"_L1, 0, Qt::CaseInsensitive);
    const qsizetype begin = tag < 0 ? -1 : page.indexOf(u'>', tag) + 1;
    const qsizetype end = begin <= 0 ? -1 : page.indexOf("</title"_L1, begin, Qt::CaseInsensitive);
    return end < 0 ? QString() : page.sliced(begin, end - begin);
}

QString oneLine(const QString &text)
{
    QString line = text.simplified();
    if (line.size() > LongestMessage) {
        // Never half a character.
        const bool half = line.at(LongestMessage - 1).isHighSurrogate();
        line.truncate(half ? LongestMessage - 1 : LongestMessage);
        line.append(u'…');
    }
    return line;
}

QString textOrNumber(const QJsonValue &value)
{
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

//! "48s" or "1.5s", as google.rpc.RetryInfo says it.
std::optional<std::chrono::milliseconds> secondsOf(const QString &text)
{
    bool ok = false;
    const double seconds = text.endsWith(u's') ? text.chopped(1).toDouble(&ok) : 0;
    if (!ok || !(seconds >= 0) || seconds > 1e9)
        return {};
    return std::chrono::milliseconds(qint64(seconds * 1000));
}

std::optional<std::chrono::milliseconds> retryDelayOf(const QJsonArray &details)
{
    for (const QJsonValue &detail : details) {
        if (detail["@type"_L1].toString().endsWith(".RetryInfo"_L1))
            return secondsOf(detail["retryDelay"_L1].toString());
    }
    return {};
}

} // namespace

QString messageOfErrorBody(QByteArrayView body)
{
    body = body.first(std::min(body.size(), LongestBody)).trimmed();
    if (body.isEmpty())
        return {};
    if (body.front() == '{' || body.front() == '[')
        return oneLine(messageOfJson(body.toByteArray()));
    if (body.startsWith("data:") || body.startsWith("event:") || body.startsWith(":"))
        return oneLine(messageOfEvents(body));
    const QString text = QString::fromUtf8(body);
    if (body.front() == '<')
        return oneLine(titleOfPage(text));
    if (body.front() == '"')
        return oneLine(
            messageOf(QJsonDocument::fromJson('[' + body.toByteArray() + ']').array(), 0));
    return body.contains('\0') ? QString() : oneLine(text);
}

EndpointError errorOfBody(QByteArrayView body)
{
    EndpointError error;
    error.message = messageOfErrorBody(body);
    const QJsonDocument document =
        QJsonDocument::fromJson(body.first(std::min(body.size(), LongestBody)).toByteArray());
    const QJsonObject whole =
        document.isArray() ? document.array().at(0).toObject() : document.object();
    const QJsonValue nested = whole.value("error"_L1);
    const QJsonObject inner = nested.isObject() ? nested.toObject() : whole;
    error.type = textOrNumber(inner.value("type"_L1));
    if (error.type.isEmpty())
        error.type = textOrNumber(inner.value("status"_L1));
    if (error.type.isEmpty())
        error.type = textOrNumber(inner.value("error_type"_L1));
    error.code = textOrNumber(inner.value("code"_L1));
    if (error.code.isEmpty())
        error.code = textOrNumber(whole.value("code"_L1));
    error.requestId = whole.value("request_id"_L1).toString();
    error.retryDelay = retryDelayOf(inner.value("details"_L1).toArray());
    return error;
}

QString messageOfError(const QJsonValue &error)
{
    const QString message = messageOf(error, 0);
    if (!message.isEmpty())
        return oneLine(message);
    // In brackets, and without them: QJsonDocument writes no text or number by itself.
    QString text =
        QString::fromUtf8(QJsonDocument(QJsonArray{error}).toJson(QJsonDocument::Compact));
    return oneLine(text.sliced(1, text.size() - 2));
}

} // namespace Retryscope
