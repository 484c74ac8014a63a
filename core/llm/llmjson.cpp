// SPDX-License-Identifier: MIT
#include "core/llm/llmjson.h"

#include "core/llm/jsonfault_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

QLatin1StringView wordOf(DeltaKind kind)
{
    switch (kind) {
    case DeltaKind::Text:
        return "text"_L1;
    case DeltaKind::Reasoning:
        return "reasoning"_L1;
    case DeltaKind::Refusal:
        return "refusal"_L1;
    case DeltaKind::Tool:
        return "tool"_L1;
    case DeltaKind::Usage:
        return "usage"_L1;
    case DeltaKind::Stop:
        return "stop"_L1;
    case DeltaKind::Error:
        return "error"_L1;
    case DeltaKind::Signature:
        return "signature"_L1;
    case DeltaKind::Citation:
        return "citation"_L1;
    case DeltaKind::Other:
        return "other"_L1;
    }
    Q_UNREACHABLE();
}

void insertToolFields(QJsonObject &json, const Delta &delta)
{
    json.insert("index"_L1, delta.toolIndex);
    if (!delta.toolId.isEmpty())
        json.insert("id"_L1, delta.toolId);
    if (!delta.toolName.isEmpty())
        json.insert("name"_L1, delta.toolName);
    if (delta.toolEnd)
        json.insert("end"_L1, true);
}

} // namespace

QJsonObject usageToJson(const Usage &usage)
{
    QJsonObject json;
    const auto put = [&json](QLatin1StringView name, const std::optional<qint64> &value) {
        if (value)
            json.insert(name, *value);
    };
    put("input_tokens"_L1, usage.inputTokens);
    put("output_tokens"_L1, usage.outputTokens);
    put("reasoning_tokens"_L1, usage.reasoningTokens);
    put("cached_input_tokens"_L1, usage.cachedInputTokens);
    put("total_tokens"_L1, usage.totalTokens);
    return json;
}

QJsonArray toolCallsToJson(const QList<ToolCall> &calls)
{
    QJsonArray json;
    for (const ToolCall &call : calls)
        json.append(QJsonObject{
            {u"id"_s, call.id}, {u"name"_s, call.name}, {u"arguments"_s, call.arguments}});
    return json;
}

QJsonObject deltaToJson(const Delta &delta)
{
    QJsonObject json{{u"delta"_s, wordOf(delta.kind)}};
    if (delta.kind == DeltaKind::Usage)
        json.insert(u"usage"_s, usageToJson(delta.usage));
    else
        json.insert(u"text"_s, delta.text);
    if (delta.kind == DeltaKind::Tool)
        insertToolFields(json, delta);
    if (!delta.errorType.isEmpty())
        json.insert(u"type"_s, delta.errorType);
    if (!delta.part.isEmpty())
        json.insert(u"part"_s, delta.part);
    if (delta.choice != 0)
        json.insert(u"choice"_s, delta.choice);
    return json;
}

bool isSoundJson(QByteArrayView text)
{
    return !findJsonFault(text);
}

} // namespace Retryscope
