// SPDX-License-Identifier: MIT
#include "core/llm/errorbody_p.h"

#include "core/stream/ssedecoder.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

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
