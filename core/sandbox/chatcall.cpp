// SPDX-License-Identifier: MIT
#include "core/sandbox/chatcall_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

ApiError invalidParameter(const QString &param, const QString &message,
                          const QString &code = u"invalid_value"_s)
{
    ApiError error;
    error.message = message;
    error.param = param;
    error.code = code;
    return error;
}

ApiError missingParameter(const QString &param)
{
    return invalidParameter(param, "The parameter '"_L1 + param + "' is missing."_L1,
                            u"missing_required_parameter"_s);
}

//! The text of a message's content: a string, or a list of parts.
QString textOf(const QJsonValue &content)
{
    if (content.isString())
        return content.toString();
    QString text;
    const QJsonArray parts = content.toArray();
    for (const QJsonValue &part : parts)
        text += part[u"text"].toString();
    return text;
}

//! A value that a schema allows, as far as its simple keywords go.
QJsonValue exampleOf(const QJsonObject &schema)
{
    const QJsonArray allowed = schema[u"enum"].toArray();
    if (!allowed.isEmpty())
        return allowed.first();
    const QString type = schema[u"type"].toString();
    if (type == "integer"_L1)
        return 7;
    if (type == "number"_L1)
        return 2.5;
    if (type == "boolean"_L1)
        return true;
    if (type == "array"_L1)
        return QJsonArray();
    if (type == "object"_L1)
        return QJsonObject();
    return u"Z\u00fcrich"_s;
}

SandboxToolCall callOf(const QJsonObject &function)
{
    const QJsonObject properties = function[u"parameters"][u"properties"].toObject();
    QJsonObject arguments;
    for (auto it = properties.begin(); it != properties.end(); ++it)
        arguments.insert(it.key(), exampleOf(it.value().toObject()));
    return {function[u"name"].toString(),
            QString::fromUtf8(QJsonDocument(arguments).toJson(QJsonDocument::Compact))};
}

//! Reads one request, and keeps the first thing that is wrong with it.
class Reader
{
public:
    explicit Reader(const QJsonObject &request) : m_request(request) {}

    Result<ChatCall, ApiError> read()
    {
        if (readModel() && readMessages() && readFlags() && readLimits() && readTools())
            return m_call;
        return m_error;
    }

private:
    bool fail(const ApiError &error)
    {
        m_error = error;
        return false;
    }

    bool readModel()
    {
        const QJsonValue model = m_request[u"model"];
        if (model.isUndefined())
            return fail(missingParameter(u"model"_s));
        m_call.model = model.toString();
        return !m_call.model.isEmpty()
               || fail(
                   invalidParameter(u"model"_s, u"'model' must be a text that is not empty."_s));
    }

    bool readMessages();
    bool readFlags();
    bool readLimits();
    bool readTools();
    bool chooseTool(const QJsonArray &tools);

    const QJsonObject m_request; // operator[] of one that is not const would insert
    QString m_lastUserText;
    ChatCall m_call;
    ApiError m_error;
};

bool Reader::readMessages()
{
    const QJsonValue value = m_request[u"messages"];
    if (value.isUndefined())
        return fail(missingParameter(u"messages"_s));
    const QJsonArray messages = value.toArray();
    if (messages.isEmpty())
        return fail(invalidParameter(u"messages"_s,
                                     u"'messages' must be a list with at least one message."_s));
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const QString role = messages[i][u"role"].toString();
        if (role.isEmpty())
            return fail(invalidParameter("messages["_L1 + QString::number(i) + "].role"_L1,
                                         u"Each message needs a role."_s));
        const QString text = textOf(messages[i][u"content"]);
        if (role == "user"_L1)
            m_lastUserText = text;
        m_call.promptTokens += static_cast<int>(text.size() / 4 + 4);
    }
    return true;
}

bool Reader::readFlags()
{
    const QJsonValue stream = m_request[u"stream"];
    if (!stream.isUndefined() && !stream.isNull() && !stream.isBool())
        return fail(invalidParameter(u"stream"_s, u"'stream' must be true or false."_s));
    const QJsonValue choices = m_request[u"n"];
    if (!choices.isUndefined() && !choices.isNull() && choices.toDouble() != 1.0)
        return fail(invalidParameter(u"n"_s, u"The sandbox gives one choice: 'n' must be 1."_s));
    m_call.stream = stream.toBool();
    m_call.includeUsage = m_request[u"stream_options"][u"include_usage"].toBool();
    return true;
}

bool Reader::readLimits()
{
    for (const QString &name : {u"max_tokens"_s, u"max_completion_tokens"_s}) {
        const QJsonValue value = m_request[name];
        if (value.isUndefined() || value.isNull())
            continue;
        const int limit = value.toInt(0); // 0 for what is no whole number, too
        if (limit < 1)
            return fail(
                invalidParameter(name, u'\'' + name + "' must be a whole number of 1 or more."_L1));
        m_call.maxTokens = limit;
    }
    return true;
}

bool Reader::readTools()
{
    const QJsonValue value = m_request[u"tools"];
    if (value.isUndefined() || value.isNull())
        return true;
    const QJsonArray tools = value.toArray();
    bool sound = value.isArray();
    for (const QJsonValue &tool : tools)
        sound = sound && !tool[u"function"][u"name"].toString().isEmpty();
    if (!sound)
        return fail(invalidParameter(u"tools"_s,
                                     u"'tools' must be a list of functions, each with a name."_s));
    return chooseTool(tools);
}

bool Reader::chooseTool(const QJsonArray &tools)
{
    const QJsonValue choice = m_request[u"tool_choice"];
    const QString demanded = choice[u"function"][u"name"].toString();
    if (choice.toString() == "none"_L1)
        return true;
    for (const QJsonValue &tool : tools) {
        const QJsonObject function = tool[u"function"].toObject();
        const QString name = function[u"name"].toString();
        const bool named = demanded.isEmpty() ? m_lastUserText.contains(name) : name == demanded;
        if (named) {
            m_call.tool = callOf(function);
            return true;
        }
    }
    if (!demanded.isEmpty())
        return fail(invalidParameter(u"tool_choice"_s,
                                     u"'tool_choice' names a function that is not in 'tools'."_s));
    if (choice.toString() == "required"_L1 && !tools.isEmpty())
        m_call.tool = callOf(tools.first()[u"function"].toObject());
    return true;
}

} // namespace

Result<ChatCall, ApiError> ChatCall::fromBody(const QByteArray &body)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(body, &problem);
    if (problem.error != QJsonParseError::NoError || !document.isObject()) {
        ApiError error;
        error.message = problem.error == QJsonParseError::NoError
                            ? u"The body must be a JSON object."_s
                            : "The body is not valid JSON: "_L1 + problem.errorString()
                                  + " at byte "_L1 + QString::number(problem.offset) + u'.';
        return error;
    }
    return Reader(document.object()).read();
}

} // namespace Retryscope
