// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/streamreader.h"

#include <vector>

namespace Retryscope {

//! \brief Puts an answer together from the deltas of its first choice.
class RETRYSCOPE_EXPORT AnswerBuilder
{
public:
    void add(const Delta &delta);

    const Answer &answer() const { return m_answer; }

private:
    void addTool(const Delta &delta);

    Answer m_answer;
    std::vector<int> m_toolIndices; // of m_answer.toolCalls, as the endpoint counts them
};

} // namespace Retryscope
