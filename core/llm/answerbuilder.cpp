// SPDX-License-Identifier: MIT
#include "core/llm/answerbuilder.h"

#include <algorithm>

namespace Retryscope {

void AnswerBuilder::add(const Delta &delta)
{
    const bool ofStream = delta.kind == DeltaKind::Usage || delta.kind == DeltaKind::Error;
    if (delta.choice != 0 && !ofStream)
        return;
    switch (delta.kind) {
    case DeltaKind::Text:
        m_answer.text += delta.text;
        break;
    case DeltaKind::Reasoning:
        m_answer.reasoning += delta.text;
        break;
    case DeltaKind::Refusal:
        m_answer.refusal += delta.text;
        break;
    case DeltaKind::Tool:
        addTool(delta);
        break;
    case DeltaKind::Usage:
        m_answer.usage.merge(delta.usage);
        break;
    case DeltaKind::Stop:
        m_answer.stopReason = delta.text;
        break;
    case DeltaKind::Error:
        // The first is the cause; what follows is mostly its echo.
        if (m_answer.error.isEmpty()) {
            m_answer.error = delta.text;
            m_answer.errorType = delta.errorType;
        }
        break;
    }
}

//! The endpoint's index is only a name: a list as long as the largest one could be made huge by a
//! single event.
void AnswerBuilder::addTool(const Delta &delta)
{
    auto found = std::find(m_toolIndices.begin(), m_toolIndices.end(), delta.toolIndex);
    if (found == m_toolIndices.end()) {
        found = m_toolIndices.insert(found, delta.toolIndex);
        m_answer.toolCalls.append(ToolCall());
    }
    ToolCall &call = m_answer.toolCalls[found - m_toolIndices.begin()];
    if (!delta.toolId.isEmpty())
        call.id = delta.toolId;
    if (!delta.toolName.isEmpty())
        call.name = delta.toolName;
    call.arguments += delta.text;
}

} // namespace Retryscope
