// SPDX-License-Identifier: MIT
#include "core/llm/responsefacts.h"
#include "core/run/runsession_p.h"
#include "core/run/verdictwords_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;
using std::chrono::duration_cast;
using std::chrono::microseconds;

namespace {

//! An endpoint may send back the key it was given.
Answer withoutSecrets(Answer answer, const Redactor &redactor)
{
    const auto clean = [&redactor](QString &text) {
        text = redactor.text(text, Redactor::Rules::ByValueOnly);
    };
    for (QString *text : {&answer.text, &answer.reasoning, &answer.refusal, &answer.error})
        clean(*text);
    for (ToolCall &call : answer.toolCalls)
        clean(call.arguments);
    return answer;
}

} // namespace

void RunSession::judge()
{
    const std::optional<Failure> failure = m_reply->failure();
    m_summary.failure = failure;
    const bool isWithheld = failure && failure->cause == "WithheldStatus"_L1;
    if (isWithheld)
        m_summary.status = m_witness.finalStatus(m_attempt);
    const bool success = m_summary.status >= 200 && m_summary.status <= 299;
    if (m_begun && success) {
        const bool decided = m_reader.isDecided();
        const StreamJudgement judgement = m_reader.finish(!failure);
        m_summary.verdict = runVerdict(judgement.verdict);
        m_summary.judgement = judgement;
        // A transport error after the terminal event changes nothing, and neither does a stop or a
        // timer.
        const bool ours =
            failure
            && (failure->kind == FailureKind::Timeout || failure->kind == FailureKind::Cancelled);
        if (ours && !decided)
            m_summary.verdict = runVerdict(*failure);
    } else if (failure && failure->kind == FailureKind::Body
               && (m_summary.status != 0 || isWithheld)) {
        // The body of an HTTP error was cut: the status is the news.
        m_summary.verdict = RunVerdict::HttpError;
    } else {
        m_summary.verdict = failure ? runVerdict(*failure) : RunVerdict::HttpError;
    }
}

void RunSession::summarize()
{
    m_summary.attempts = m_reply->attempts();
    if (m_lingered) {
        // Our way to end it, and no failure of the attempt.
        m_summary.failure.reset();
        m_summary.attempts.last().failure.reset();
        m_summary.attempts.last().decision.reset();
    }
    m_summary.keptOpen = m_lingered;
    m_summary.answer = withoutSecrets(m_reader.answer(), m_setup.redactor);
    m_summary.choices = m_reader.severalAnswers();
    for (ChoiceAnswer &choice : m_summary.choices)
        choice.answer = withoutSecrets(choice.answer, m_setup.redactor);
    if (m_summary.judgement)
        m_summary.judgement->pending = m_setup.redactor.text(m_summary.judgement->pending);
    m_summary.findings = m_reader.findings();
    for (Finding &finding : m_summary.findings)
        finding.text = m_setup.redactor.text(finding.text);
    m_summary.timing = m_reader.timing();
    m_summary.bytes = m_reader.bytes();
    m_summary.events = m_reader.events();
    m_summary.duration = duration_cast<microseconds>(m_clock->now() - m_setup.origin);
    m_summary.simulatedAttempts = m_witness.simulatedAttempts();
    m_summary.tlsEndedAtTap = m_witness.hasTlsEndedAtTap();
    const EndpointError error = m_reader.httpError();
    m_summary.httpErrorMessage = m_setup.redactor.text(error.message);
    if (!m_summary.askedWait)
        m_summary.askedWait = error.retryDelay;
    if (m_summary.requestId.isEmpty())
        m_summary.requestId = m_setup.redactor.text(error.requestId);
    if (m_setup.sandbox)
        m_summary.sandboxRequests = m_sandboxRequests;
    m_summary.reason = m_setup.redactor.text(verdictSentence(m_summary));
    m_summary.advice = verdictAdvice(m_summary);
}

} // namespace Retryscope
