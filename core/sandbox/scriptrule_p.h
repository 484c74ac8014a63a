// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/fault.h"
#include "core/sandbox/answer_p.h"
#include "core/wire/http1.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief What is known of a request when a rule is looked for.
struct RequestFacts
{
    int number = 0;
    QByteArray method;
    QByteArray path;
    //! Empty where the path belongs to no dialect.
    QString dialect;
    //! Empty where the request could not be read.
    QString model;
    std::optional<bool> streamed;
};

//! \brief One rule of a script: which requests it answers, and what. What is not said stays as
//! usual.
struct ScriptRule
{
    // Which requests. All that are said must fit.
    int firstRequest = 1;
    int lastRequest = std::numeric_limits<int>::max();
    QString dialect;
    //! Patterns: '*' stands for any text, '?' for a character.
    QString model;
    QString path;
    QByteArray method;
    std::optional<bool> streamed;
    //! After so many uses it is passed over.
    int times = std::numeric_limits<int>::max();

    // What is answered.
    std::optional<int> status;
    QList<HttpHeader> headers;
    std::optional<QByteArray> body;
    //! An error's message, in the provider's shape.
    QString error;
    //! What is said instead of the usual text.
    QList<AnswerPart> parts;
    std::optional<AnswerContent::Stop> stop;
    std::optional<int> tokens;
    std::optional<double> tokensPerSecond;
    std::optional<std::chrono::milliseconds> firstToken;
    QList<AnswerPause> pauses;
    Fault fault;

    bool fits(const RequestFacts &facts) const;

    //! It says everything itself; otherwise it changes the usual answer.
    bool isWholeAnswer() const;
    SandboxAnswer wholeAnswer(const DialectVoice *voice) const;
    //! Adds what any answer can have.
    void decorate(SandboxAnswer &answer) const;
};

} // namespace Retryscope
