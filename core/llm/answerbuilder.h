// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/streamreader.h"

#include <QtCore/QList>

#include <vector>

namespace Retryscope {

//! \brief Puts the answer together from its deltas, for each choice by itself.
class RETRYSCOPE_EXPORT AnswerBuilder
{
public:
    AnswerBuilder();

    void add(const Delta &delta);

    //! Of the first choice. Usage and errors belong to the whole answer and are here only.
    const Answer &answer() const { return m_choices.front().answer; }

    //! Those that came, from 0, in the order they came; 0 always first.
    QList<int> choices() const;
    //! Null where none has that number.
    const Answer *answer(int choice) const;

private:
    struct Choice
    {
        int index = 0;
        Answer answer;
        std::vector<int> toolIndices; // of answer.toolCalls
    };

    Choice &choice(int index);
    static void addTool(const Delta &delta, Choice &choice);

    std::vector<Choice> m_choices;
};

} // namespace Retryscope
