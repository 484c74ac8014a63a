// SPDX-License-Identifier: MIT
#include "core/llm/openaichat_p.h"

#include "core/llm/errorbody_p.h"
#include "core/llm/openaichatreader_p.h"

#include <QtCore/QJsonArray>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

QJsonObject usageOption()
{
    return {{u"include_usage"_s, true}};
}

QJsonObject messageJson(const QString &role, const QString &content)
{
    return {{u"role"_s, role}, {u"content"_s, content}};
}

QJsonArray messagesJson(const ChatRequest &request)
{
    QJsonArray messages;
    if (!request.system.isEmpty())
        messages.append(messageJson(u"system"_s, request.system));
    for (const ChatMessage &message : request.messages)
        messages.append(messageJson(message.role, message.content));
    return messages;
}

//! False where the form would lose something of \a messages.
bool readMessages(const QJsonArray &messages, ChatRequest &request)
{
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const QJsonObject message = messages.at(i).toObject();
        const QString role = message.value("role"_L1).toString();
        const QJsonValue content = message.value("content"_L1);
        if (message.size() != 2 || !content.isString())
            return false;
        if (role == "user"_L1 || role == "assistant"_L1)
            request.messages.append({role, content.toString()});
        else if (role == "system"_L1 && i == 0 && !content.toString().isEmpty())
            request.system = content.toString();
        else
            return false;
    }
    return true;
}

//! Takes \a name out of \a json; undefined where it is not there.
QJsonValue take(QJsonObject &json, QLatin1StringView name)
{
    return json.take(name);
}

} // namespace

QString OpenAiChat::id() const
{
    return u"openai-chat"_s;
}

QString OpenAiChat::name() const
{
    return u"OpenAI Chat"_s;
}

QString OpenAiChat::path() const
{
    return u"/v1/chat/completions"_s;
}

QString OpenAiChat::defaultModel() const
{
    return u"gpt-4o-mini"_s;
}

QList<HeaderField> OpenAiChat::authentication(const QByteArray &key) const
{
    if (key.isEmpty())
        return {};
    return {{QByteArrayLiteral("Authorization"), QByteArrayLiteral("Bearer ") + key}};
}

QJsonObject OpenAiChat::toJson(const ChatRequest &request) const
{
    QJsonObject json = request.extra;
    if (!request.model.isEmpty())
        json.insert("model"_L1, request.model);
    if (!json.contains("messages"_L1))
        json.insert("messages"_L1, messagesJson(request));
    json.insert("stream"_L1, request.stream);
    if (request.stream && !json.contains("stream_options"_L1))
        json.insert("stream_options"_L1, usageOption());
    else if (json.value("stream_options"_L1).isNull())
        json.remove("stream_options"_L1);
    return json;
}

Result<ChatRequest> OpenAiChat::fromJson(const QJsonObject &json) const
{
    ChatRequest request;
    request.extra = json;

    const QJsonValue model = take(request.extra, "model"_L1);
    if (!model.isUndefined() && !model.isString())
        return InputError{u"model"_s, u"The model must be a text, such as \"gpt-4o-mini\"."_s, {}};
    request.model = model.toString();

    const QJsonValue stream = take(request.extra, "stream"_L1);
    if (!stream.isUndefined() && !stream.isNull() && !stream.isBool())
        return InputError{u"stream"_s, u"\"stream\" must be true or false."_s, {}};
    request.stream = stream.toBool(false);

    const QJsonValue messages = json.value("messages"_L1);
    if (!messages.isUndefined() && !messages.isArray())
        return InputError{u"messages"_s, u"The messages must be a list: [{\"role\": ...}]."_s, {}};
    if (readMessages(messages.toArray(), request)) {
        request.extra.remove("messages"_L1);
    } else {
        request.system.clear();
        request.messages.clear();
    }

    if (request.stream) {
        const QJsonValue options = json.value("stream_options"_L1);
        if (options.isUndefined())
            request.extra.insert("stream_options"_L1, QJsonValue::Null);
        else if (options == usageOption())
            request.extra.remove("stream_options"_L1);
    }
    return request;
}

std::unique_ptr<EventReader> OpenAiChat::createEventReader() const
{
    return std::make_unique<OpenAiChatReader>();
}

EventReading OpenAiChat::readWhole(QByteArrayView body) const
{
    EventReading reading;
    OpenAiChatReader().readWhole(body, reading);
    return reading;
}

QString OpenAiChat::errorMessage(QByteArrayView body) const
{
    return messageOfErrorBody(body);
}

QByteArray OpenAiChat::requestIdHeader() const
{
    return QByteArrayLiteral("x-request-id");
}

} // namespace Retryscope
