// SPDX-License-Identifier: MIT
#include "core/llm/errorbody_p.h"

#include "core/stream/ssedecoder.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// Enough for a sentence of any provider; a page of HTML is none.
constexpr qsizetype LongestMessage = 1000;
constexpr qsizetype LongestBody = 256 * 1024;
constexpr int DeepestMessage = 4;

//! Halves of characters, which only an escape can be, become U+FFFD.
QString wellFormed(const QString &text)
{
    return text.isValidUtf16() ? text : QString::fromUtf8(text.toUtf8());
}

QString messageOf(const JsonSlice &value, int depth);

QString messageOfMembers(const JsonSlice &object, int depth)
{
    // In this order: a gateway wraps the provider's error in members of its own.
    for (const QLatin1StringView name :
         {"error"_L1, "errors"_L1, "message"_L1, "Message"_L1, "detail"_L1, "msg"_L1,
          "error_description"_L1, "title"_L1}) {
        const QString message = messageOf(object[name], depth);
        if (!message.isEmpty())
            return message;
    }
    return {};
}

QString messageOf(const JsonSlice &value, int depth)
{
    if (value.isString())
        return value.text();
    if (depth == DeepestMessage)
        return {};
    if (value.isObject())
        return messageOfMembers(value, depth + 1);
    const std::vector<JsonSlice> values = value.elements();
    for (const JsonSlice &one : values) {
        const QString message = messageOf(one, depth + 1);
        if (!message.isEmpty())
            return message;
    }
    return {};
}

QString messageOfJson(QByteArrayView text)
{
    return wellFormed(messageOf(JsonSlice::ofUnchecked(text), 0));
}

QString messageOfEvents(QByteArrayView body)
{
    QString message;
    const auto read = [&message](QByteArrayView data) {
        if (message.isEmpty())
            message = messageOfJson(data);
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

//! "48s" or "1.5s", as google.rpc.RetryInfo says it.
std::optional<std::chrono::milliseconds> secondsOf(const QString &text)
{
    bool ok = false;
    const double seconds = text.endsWith(u's') ? text.chopped(1).toDouble(&ok) : 0;
    if (!ok || !(seconds >= 0) || seconds > 1e9)
        return {};
    return std::chrono::milliseconds(qint64(seconds * 1000));
}

std::optional<std::chrono::milliseconds> retryDelayOf(const JsonSlice &details)
{
    const std::vector<JsonSlice> elements = details.elements();
    for (const JsonSlice &detail : elements) {
        if (detail["@type"_L1].text().endsWith(".RetryInfo"_L1))
            return secondsOf(detail["retryDelay"_L1].text());
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
        return oneLine(messageOfJson(body));
    if (body.startsWith("data:") || body.startsWith("event:") || body.startsWith(":"))
        return oneLine(messageOfEvents(body));
    const QString text = QString::fromUtf8(body);
    if (body.front() == '<')
        return oneLine(titleOfPage(text));
    if (body.front() == '"')
        return oneLine(messageOfJson(body));
    return body.contains('\0') ? QString() : oneLine(text);
}

EndpointError errorOfBody(QByteArrayView body)
{
    EndpointError error;
    error.message = messageOfErrorBody(body);
    const JsonSlice document =
        JsonSlice::ofUnchecked(body.first(std::min(body.size(), LongestBody)));
    const std::vector<JsonSlice> list = document.elements();
    const JsonSlice whole = list.empty() ? document : list.front();
    const JsonSlice nested = whole["error"_L1];
    const JsonSlice inner = nested.isObject() ? nested : whole;
    error.type = inner["type"_L1].scalar();
    if (error.type.isEmpty())
        error.type = inner["status"_L1].scalar();
    if (error.type.isEmpty())
        error.type = inner["error_type"_L1].scalar();
    error.code = inner["code"_L1].scalar();
    if (error.code.isEmpty())
        error.code = whole["code"_L1].scalar();
    error.requestId = whole["request_id"_L1].text();
    error.retryDelay = retryDelayOf(inner["details"_L1]);
    return error;
}

QString messageOfError(const JsonSlice &error)
{
    const QString message = wellFormed(messageOf(error, 0));
    return oneLine(message.isEmpty() ? error.raw() : message);
}

} // namespace Retryscope
