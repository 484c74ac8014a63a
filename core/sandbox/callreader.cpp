// SPDX-License-Identifier: MIT
#include "core/sandbox/callreader_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QStringList>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

QString textOfContent(const QJsonValue &content)
{
    if (content.isString())
        return content.toString();
    QString text;
    const QJsonArray parts = content.toArray();
    for (const QJsonValue &part : parts)
        text += part[u"text"].toString();
    return text;
}

bool CallReader::fail(const QString &param, const QString &message, const QString &code)
{
    if (!std::exchange(m_failed, true)) {
        m_error.param = param;
        m_error.message = message;
        m_error.code = code;
    }
    return false;
}

bool CallReader::failMissing(const QString &param)
{
    return fail(param, "The parameter '"_L1 + param + "' is missing."_L1,
                u"missing_required_parameter"_s);
}

QJsonValue CallReader::value(const QString &path) const
{
    QJsonValue value = m_request;
    const QStringList names = path.split(u'.');
    for (const QString &name : names)
        value = value[name];
    return value;
}

bool CallReader::readModel()
{
    const QJsonValue model = m_request[u"model"];
    if (model.isUndefined())
        return failMissing(u"model"_s);
    m_call.model = model.toString();
    return !m_call.model.isEmpty()
           || fail(u"model"_s, u"'model' must be a text that is not empty."_s);
}

bool CallReader::readFlag(const QString &name, bool &flag)
{
    const QJsonValue value = m_request[name];
    if (value.isUndefined() || value.isNull())
        return true;
    flag = value.toBool();
    return value.isBool() || fail(name, u'\'' + name + "' must be true or false."_L1);
}

bool CallReader::readLimit(const QString &path)
{
    const QJsonValue limit = value(path);
    if (limit.isUndefined() || limit.isNull())
        return true;
    const int number = limit.toInt(0); // 0 for what is no whole number, too
    if (number < 1)
        return fail(path, u'\'' + path + "' must be a whole number of 1 or more."_L1);
    m_call.maxTokens = number;
    return true;
}

bool CallReader::readMessages(const MessageForm &form)
{
    const QJsonValue value = m_request[form.member];
    if (value.isUndefined())
        return failMissing(form.member);
    const QJsonArray messages = value.toArray();
    if (messages.isEmpty())
        return fail(form.member,
                    u'\'' + form.member + "' must be a list with at least one message."_L1);
    for (qsizetype i = 0; i < messages.size(); ++i) {
        const QString role = messages[i][u"role"].toString();
        if (role.isEmpty() && !form.roleMayMiss)
            return fail(form.member + u'[' + QString::number(i) + "].role"_L1,
                        u"Each message needs a role."_s);
        const QString text = textOfContent(messages[i][form.content]);
        // Only the last message names a tool: behind it stands what the tool gave back.
        const bool asks = role.isEmpty() || role == "user"_L1;
        m_lastUserText = asks ? text : QString();
        m_call.promptTokens += static_cast<int>(text.size() / 4 + 4);
    }
    return true;
}

void CallReader::addPrompt(const QJsonValue &text)
{
    m_call.promptTokens += static_cast<int>(textOfContent(text).size() / 4);
}

bool CallReader::addTool(const QString &member, const QJsonValue &name, const QJsonValue &schema)
{
    m_tools.append({name.toString(), schema.toObject()});
    return !m_tools.last().name.isEmpty()
           || fail(member, u'\'' + member + "' must be a list of functions, each with a name."_L1);
}

bool CallReader::choose(const QString &param, const ToolChoice &choice)
{
    const auto isDemanded = [&choice](const OfferedTool &tool) {
        return tool.name == choice.name;
    };
    if (!choice.name.isEmpty() && std::none_of(m_tools.begin(), m_tools.end(), isDemanded))
        return fail(param, u'\'' + param + "' names a function that is not in 'tools'."_L1);
    m_call.tool = chooseTool(m_tools, choice, m_lastUserText);
    return true;
}

Result<ChatCall, ApiError> CallReader::result() const
{
    if (m_failed)
        return m_error;
    return m_call;
}

} // namespace Retryscope
