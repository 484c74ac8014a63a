// SPDX-License-Identifier: MIT
#include "core/llm/stopreason.h"

#include <QtCore/QHash>

using namespace Qt::StringLiterals;

namespace Retryscope {

StopKind StopReason::kindOf(const QString &word)
{
    static const QHash<QString, Kind> words{
        {u"stop"_s, Kind::End},
        {u"end_turn"_s, Kind::End},
        {u"completed"_s, Kind::End},
        {u"complete"_s, Kind::End},
        {u"done"_s, Kind::End}, // ours, where Ollama names none
        {u"length"_s, Kind::Length},
        {u"max_tokens"_s, Kind::Length},
        {u"model_length"_s, Kind::Length},
        {u"incomplete:max_output_tokens"_s, Kind::Length},
        {u"model_context_window_exceeded"_s, Kind::Length},
        {u"stop_sequence"_s, Kind::StopSequence},
        {u"tool_calls"_s, Kind::ToolUse},
        {u"tool_call"_s, Kind::ToolUse},
        {u"tool_use"_s, Kind::ToolUse},
        {u"function_call"_s, Kind::ToolUse},
        {u"refusal"_s, Kind::Refusal},
        {u"content_filter"_s, Kind::ContentFilter},
        {u"content_filtered"_s, Kind::ContentFilter},
        {u"incomplete:content_filter"_s, Kind::ContentFilter},
        {u"guardrail_intervened"_s, Kind::ContentFilter},
        {u"safety"_s, Kind::ContentFilter},
        {u"image_safety"_s, Kind::ContentFilter},
        {u"recitation"_s, Kind::ContentFilter},
        {u"language"_s, Kind::ContentFilter},
        {u"blocklist"_s, Kind::ContentFilter},
        {u"prohibited_content"_s, Kind::ContentFilter},
        {u"spii"_s, Kind::ContentFilter},
        {u"error"_s, Kind::Failure},
        {u"failed"_s, Kind::Failure},
        {u"cancelled"_s, Kind::Failure},
        {u"abort"_s, Kind::Failure}, // vLLM and its like
        {u"timeout"_s, Kind::Failure},
        {u"error_toxic"_s, Kind::Failure}, // Cohere's, version 1
        {u"error_limit"_s, Kind::Failure},
        {u"insufficient_system_resource"_s, Kind::Failure}, // DeepSeek's
        {u"malformed_tool_use"_s, Kind::Failure},
        {u"malformed_model_output"_s, Kind::Failure},
        {u"malformed_function_call"_s, Kind::Failure},
        {u"malformed_response"_s, Kind::Failure},
        {u"unexpected_tool_call"_s, Kind::Failure},
    };
    if (word.isEmpty())
        return Kind::None;
    const QString lower = word.toLower(); // Gemini and Cohere shout
    if (lower.startsWith("blocked:"_L1))  // Gemini's, of the prompt
        return Kind::ContentFilter;
    return words.value(lower, Kind::Other);
}

} // namespace Retryscope

// Here, not in the one file for all: a program that links this room needs none above it.
#include "moc_stopreason.cpp"
