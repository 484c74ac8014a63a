// SPDX-License-Identifier: MIT
#include "core/llm/answerbuilder.h"

#include <algorithm>

namespace Retryscope {

AnswerBuilder::AnswerBuilder() : m_choices(1), m_places{{0, 0}}
{}

void AnswerBuilder::add(const Delta &delta)
{
    const bool ofStream = delta.kind == DeltaKind::Usage || delta.kind == DeltaKind::Error;
    Choice &owner = ofStream || delta.choice == 0 ? m_choices.front() : choice(delta.choice);
    Answer &answer = owner.answer;
    switch (delta.kind) {
    case DeltaKind::Text:
        append(delta.text, answer.text, answer);
        break;
    case DeltaKind::Reasoning:
        append(delta.text, answer.reasoning, answer);
        break;
    case DeltaKind::Refusal:
        append(delta.text, answer.refusal, answer);
        break;
    case DeltaKind::Tool:
        addTool(delta, owner);
        break;
    case DeltaKind::Usage:
        answer.usage.merge(delta.usage);
        break;
    case DeltaKind::Stop:
        answer.stopReason = delta.text;
        break;
    case DeltaKind::Error:
        // The first is the cause; what follows is mostly its echo.
        if (answer.error.isEmpty()) {
            answer.error = delta.text;
            answer.errorType = delta.errorType;
        }
        break;
    case DeltaKind::Signature:
        answer.signature += delta.text;
        break;
    case DeltaKind::Citation:
        answer.citations.append(delta.text);
        break;
    case DeltaKind::Other:
        answer.others.append(delta.text);
        break;
    }
}

void AnswerBuilder::append(const QString &more, QString &text, Answer &answer) const
{
    const qsizetype room = std::max<qsizetype>(0, m_textLimit - text.size());
    text.append(QStringView(more).left(room));
    answer.omitted += std::max<qsizetype>(0, more.size() - room);
}

QList<int> AnswerBuilder::choices() const
{
    QList<int> indices;
    for (const Choice &choice : m_choices)
        indices.append(choice.index);
    return indices;
}

QList<ChoiceAnswer> AnswerBuilder::several() const
{
    QList<ChoiceAnswer> several;
    for (const Choice &choice : m_choices) {
        if (m_choices.size() > 1)
            several.append({choice.index, choice.answer});
    }
    std::sort(several.begin(), several.end(),
              [](const auto &one, const auto &other) { return one.index < other.index; });
    return several;
}

const Answer *AnswerBuilder::answer(int choice) const
{
    const auto found = m_places.find(choice);
    return found == m_places.end() ? nullptr : &m_choices[*found].answer;
}

//! The endpoint's index is only a name: a list as long as the largest one could be made huge by a
//! single event.
AnswerBuilder::Choice &AnswerBuilder::choice(int index)
{
    const auto found = m_places.find(index);
    if (found != m_places.end())
        return m_choices[*found];
    m_places.insert(index, m_choices.size());
    m_choices.push_back({index, {}, {}});
    return m_choices.back();
}

//! Here too.
void AnswerBuilder::addTool(const Delta &delta, Choice &choice)
{
    const auto known = choice.tools.find(delta.toolIndex);
    const qsizetype place =
        known == choice.tools.end() ? choice.answer.toolCalls.size() : known.value();
    if (known == choice.tools.end()) {
        choice.tools.insert(delta.toolIndex, place);
        choice.answer.toolCalls.append(ToolCall());
    }
    ToolCall &call = choice.answer.toolCalls[place];
    if (!delta.toolId.isEmpty())
        call.id = delta.toolId;
    if (!delta.toolName.isEmpty())
        call.name = delta.toolName;
    call.arguments += delta.text;
}

} // namespace Retryscope
