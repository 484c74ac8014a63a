// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/streamreader.h"

#include <QtCore/QHash>
#include <QtCore/QList>

#include <limits>
#include <vector>

namespace Retryscope {

//! \brief Puts the answer together from its deltas, for each choice by itself.
class RETRYSCOPE_EXPORT AnswerBuilder
{
public:
    AnswerBuilder();

    //! In UTF-16 units: of each text, reasoning and refusal no more is kept, and the others are
    //! counted. Without this call all is kept.
    void setTextLimit(qsizetype limit) { m_textLimit = limit; }

    void add(const Delta &delta);

    //! Of the first choice. Usage and errors belong to the whole answer and are here only.
    const Answer &answer() const { return m_choices.front().answer; }

    //! Those that came, from 0, in the order they came; 0 always first.
    QList<int> choices() const;
    //! All of them by their numbers, where there is more than the first.
    QList<ChoiceAnswer> several() const;
    //! Null where none has that number.
    const Answer *answer(int choice) const;

private:
    struct Choice
    {
        int index = 0;
        Answer answer;
        QHash<int, qsizetype> tools; // where in answer.toolCalls, by their index
    };

    Choice &choice(int index);
    void append(const QString &more, QString &text, Answer &answer) const;
    static void addTool(const Delta &delta, Choice &choice);

    qsizetype m_textLimit = std::numeric_limits<qsizetype>::max();
    std::vector<Choice> m_choices;
    QHash<int, std::size_t> m_places; // in m_choices, by the choice's number
};

} // namespace Retryscope
