// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/answer_p.h"
#include "core/sandbox/gate_p.h"
#include "core/sandbox/sandbox.h"
#include "core/sandbox/scriptrule_p.h"

namespace Retryscope {

//! What the sandbox reads of one request.
constexpr HttpLimits requestLimits{.head = 64 * 1024, .body = 16 * 1024 * 1024, .keepBody = true};

//! \brief Makes the answers of one sandbox, the faults of its plan not yet included.
class AnswerMaker
{
public:
    AnswerMaker(Clock *clock, const SandboxOptions &options, const SandboxScript &script);

    //! \a number is the request's.
    SandboxAnswer answerTo(const HttpRequestParser &request, int number);
    //! To bytes that are no request.
    static SandboxAnswer answerToGarbage(int status, const QString &text);

private:
    //! A request, and what could be made of it.
    struct Asked
    {
        const HttpRequestParser &request;
        const Route &route;
        //! Only of a chat.
        std::optional<Result<ChatCall, ApiError>> call;
        //! Null: no rule of the script fits.
        const ScriptRule *rule = nullptr;
    };

    const ScriptRule *findRule(const Asked &asked, int number);
    SandboxAnswer answer(Asked &asked, int number);
    SandboxAnswer usualAnswer(const Asked &asked) const;
    SandboxAnswer chat(const Asked &asked) const;
    AnswerContent contentFor(const Asked &asked) const;

    SandboxOptions m_options;
    SandboxScript m_script;
    //! How often each rule was used.
    QList<int> m_uses;
    Gate m_gate;
};

} // namespace Retryscope
