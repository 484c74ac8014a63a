// SPDX-License-Identifier: MIT
#include "core/llm/tools.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! Name, description and the schema under the name that it has in the form.
QJsonObject facts(const Tool &tool, const QString &schemaName, const QJsonValue &schema)
{
    QJsonObject json{{u"name"_s, tool.name}};
    if (!tool.description.isEmpty())
        json.insert(u"description"_s, tool.description);
    if (!tool.parameters.isEmpty())
        json.insert(schemaName, schema);
    return json;
}

QJsonObject toJson(const Tool &tool, ToolForm form)
{
    switch (form) {
    case ToolForm::InputSchema:
        return facts(tool, u"input_schema"_s, tool.parameters);
    case ToolForm::ToolSpec:
        return {{u"toolSpec"_s,
                 facts(tool, u"inputSchema"_s, QJsonObject{{u"json"_s, tool.parameters}})}};
    case ToolForm::Function:
        return {{u"type"_s, u"function"_s},
                {u"function"_s, facts(tool, u"parameters"_s, tool.parameters)}};
    case ToolForm::FlatFunction: {
        QJsonObject json = facts(tool, u"parameters"_s, tool.parameters);
        json.insert(u"type"_s, u"function"_s);
        return json;
    }
    case ToolForm::Declarations:
    case ToolForm::None:
        break;
    }
    return facts(tool, u"parameters"_s, tool.parameters);
}

Tool fromJson(const QJsonValue &json, ToolForm form)
{
    QJsonValue inner = json;
    QJsonValue schema = json["parameters"_L1];
    if (form == ToolForm::Function) {
        inner = json["function"_L1];
        schema = inner["parameters"_L1];
    } else if (form == ToolForm::InputSchema) {
        schema = json["input_schema"_L1];
    } else if (form == ToolForm::ToolSpec) {
        inner = json["toolSpec"_L1];
        schema = inner["inputSchema"_L1]["json"_L1];
    }
    return {inner["name"_L1].toString(), inner["description"_L1].toString(), schema.toObject()};
}

} // namespace

QJsonArray toolsToJson(const QList<Tool> &tools, ToolForm form)
{
    QJsonArray list;
    for (const Tool &tool : tools)
        list.append(toJson(tool, form));
    if (form == ToolForm::Declarations && !list.isEmpty())
        return {QJsonObject{{u"functionDeclarations"_s, list}}};
    return list;
}

std::optional<QList<Tool>> toolsFromJson(const QJsonArray &json, ToolForm form)
{
    QJsonArray list = json;
    if (form == ToolForm::Declarations)
        list = json.at(0)["functionDeclarations"_L1].toArray();
    QList<Tool> tools;
    for (const QJsonValue &tool : std::as_const(list))
        tools.append(fromJson(tool, form));
    // What is not said again would be lost.
    return toolsToJson(tools, form) == json ? std::optional(tools) : std::nullopt;
}

Tool exampleTool()
{
    const QJsonObject place{{u"type"_s, u"string"_s}, {u"description"_s, u"A town"_s}};
    return {u"get_weather"_s,
            u"The weather of a place"_s,
            {{u"type"_s, u"object"_s},
             {u"properties"_s, QJsonObject{{u"place"_s, place}}},
             {u"required"_s, QJsonArray{u"place"_s}}}};
}

} // namespace Retryscope
