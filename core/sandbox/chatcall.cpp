// SPDX-License-Identifier: MIT
#include "core/sandbox/chatcall_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! A value that a schema allows, as far as its simple keywords go.
QJsonValue exampleOf(const QJsonObject &schema)
{
    const QJsonArray allowed = schema[u"enum"].toArray();
    if (!allowed.isEmpty())
        return allowed.first();
    // Gemini writes types in capitals.
    const QString type = schema[u"type"].toString().toLower();
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

SandboxToolCall callOf(const OfferedTool &tool)
{
    const QJsonObject properties = tool.schema[u"properties"].toObject();
    QJsonObject arguments;
    for (auto it = properties.begin(); it != properties.end(); ++it)
        arguments.insert(it.key(), exampleOf(it.value().toObject()));
    return {tool.name, QString::fromUtf8(QJsonDocument(arguments).toJson(QJsonDocument::Compact))};
}

} // namespace

std::optional<SandboxToolCall> chooseTool(const QList<OfferedTool> &tools, const ToolChoice &choice,
                                          const QString &lastUserText)
{
    if (choice.kind == ToolChoice::Kind::None || tools.isEmpty())
        return {};
    const auto isMeant = [&](const OfferedTool &tool) {
        return choice.name.isEmpty() ? lastUserText.contains(tool.name) : tool.name == choice.name;
    };
    const auto meant = std::find_if(tools.begin(), tools.end(), isMeant);
    if (meant != tools.end())
        return callOf(*meant);
    if (choice.kind == ToolChoice::Kind::Required && choice.name.isEmpty())
        return callOf(tools.first());
    return {};
}

} // namespace Retryscope
