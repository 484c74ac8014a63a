// SPDX-License-Identifier: MIT
#include "core/llm/chatjson_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

QJsonArray partsJson(const QString &text)
{
    return {QJsonObject{{u"text"_s, text}}};
}

QJsonObject messageJson(const MessageForm &form, const QString &role, const QString &text)
{
    QJsonObject message{{u"role"_s, role}};
    message.insert(form.content, form.parts ? QJsonValue(partsJson(text)) : QJsonValue(text));
    return message;
}

QJsonValue systemJson(const MessageForm &form, const QString &text)
{
    switch (form.system) {
    case MessageForm::System::Text:
        return text;
    case MessageForm::System::Parts:
        return partsJson(text);
    case MessageForm::System::Content:
        return QJsonObject{{form.content, partsJson(text)}};
    }
    Q_UNREACHABLE();
}

//! None where it is more than one plain text.
std::optional<QString> textOfParts(const QJsonValue &parts)
{
    const QJsonArray list = parts.toArray();
    const QJsonObject part = list.at(0).toObject();
    const QJsonValue text = part.value("text"_L1);
    const bool plain = list.size() == 1 && part.size() == 1 && text.isString();
    return plain ? std::optional(text.toString()) : std::nullopt;
}

std::optional<QString> textOf(const QJsonValue &content, bool parts)
{
    if (parts)
        return textOfParts(content);
    return content.isString() ? std::optional(content.toString()) : std::nullopt;
}

std::optional<QString> systemOf(const MessageForm &form, const QJsonValue &system)
{
    switch (form.system) {
    case MessageForm::System::Text:
        return textOf(system, false);
    case MessageForm::System::Parts:
        return textOfParts(system);
    case MessageForm::System::Content:
        return system.toObject().size() == 1 ? textOfParts(system[form.content]) : std::nullopt;
    }
    Q_UNREACHABLE();
}

//! False where the form would lose something of \a messages.
bool takeMessages(const MessageForm &form, const QJsonArray &messages, ChatRequest &request)
{
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const QJsonObject message = messages.at(i).toObject();
        const QString role = message.value("role"_L1).toString();
        const std::optional<QString> text = textOf(message.value(form.content), form.parts);
        if (message.size() != 2 || !text)
            return false;
        if (role == "user"_L1)
            request.messages.append({role, *text});
        else if (role == form.assistant)
            request.messages.append({u"assistant"_s, *text});
        else if (!form.systemRole.isEmpty() && role == form.systemRole && i == 0
                 && !text->isEmpty())
            request.system = *text;
        else
            return false;
    }
    return true;
}

} // namespace

void writeMessages(const ChatRequest &request, const MessageForm &form, QJsonObject &json)
{
    if (!form.systemMember.isEmpty() && !request.system.isEmpty()
        && !json.contains(form.systemMember))
        json.insert(form.systemMember, systemJson(form, request.system));
    if (json.contains(form.member))
        return;
    QJsonArray messages;
    if (!form.systemRole.isEmpty() && !request.system.isEmpty())
        messages.append(messageJson(form, form.systemRole, request.system));
    for (const ChatMessage &message : request.messages) {
        const bool assistant = message.role == "assistant"_L1;
        messages.append(
            messageJson(form, assistant ? QString(form.assistant) : message.role, message.content));
    }
    json.insert(form.member, messages);
}

std::optional<InputError> readMessages(const MessageForm &form, ChatRequest &request)
{
    const QJsonValue messages = request.extra.value(form.member);
    if (form.plainInput && messages.isString())
        return {};
    if (!messages.isUndefined() && !messages.isArray())
        return InputError{form.member, u"The messages must be a list: [{\"role\": ...}]."_s, {}};
    bool shown = takeMessages(form, messages.toArray(), request);
    const QJsonValue system = form.systemMember.isEmpty() ? QJsonValue(QJsonValue::Undefined)
                                                          : request.extra.value(form.systemMember);
    if (!system.isUndefined()) {
        const std::optional<QString> text = systemOf(form, system);
        shown = shown && text && !text->isEmpty();
        request.system = text.value_or(QString());
    }
    if (!shown) {
        request.system.clear();
        request.messages.clear();
        return {};
    }
    request.extra.remove(form.member);
    if (!form.systemMember.isEmpty())
        request.extra.remove(form.systemMember);
    return {};
}

std::optional<InputError> readModelAndStream(ChatRequest &request, const QString &example,
                                             bool streamByDefault)
{
    const QJsonValue model = request.extra.take("model"_L1);
    if (!model.isUndefined() && !model.isString())
        return InputError{
            u"model"_s, u"The model must be a text, such as \"%1\"."_s.arg(example), {}};
    request.model = model.toString();

    const QJsonValue stream = request.extra.take("stream"_L1);
    if (!stream.isUndefined() && !stream.isNull() && !stream.isBool())
        return InputError{u"stream"_s, u"\"stream\" must be true or false."_s, {}};
    request.stream = stream.toBool(streamByDefault);
    return {};
}

void writeDefault(QLatin1StringView member, const QJsonValue &value, QJsonObject &json)
{
    if (!json.contains(member))
        json.insert(member, value);
    else if (json.value(member).isNull())
        json.remove(member);
}

void readDefault(QLatin1StringView member, const QJsonValue &value, ChatRequest &request)
{
    if (!request.extra.contains(member))
        request.extra.insert(member, QJsonValue::Null);
    else if (request.extra.value(member) == value)
        request.extra.remove(member);
}

} // namespace Retryscope
