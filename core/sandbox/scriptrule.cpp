// SPDX-License-Identifier: MIT
#include "core/sandbox/scriptrule_p.h"

namespace Retryscope {

namespace {

//! '*' stands for any text, '?' for one character. Linear in the text for each star.
bool matches(const QString &pattern, const QString &text)
{
    qsizetype p = 0;
    qsizetype t = 0;
    qsizetype star = -1;
    qsizetype behindStar = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == u'*') {
            star = p++;
            behindStar = t;
        } else if (p < pattern.size() && (pattern[p] == u'?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star >= 0) {
            p = star + 1;
            t = ++behindStar;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == u'*')
        ++p;
    return p == pattern.size();
}

} // namespace

bool ScriptRule::fits(const RequestFacts &facts) const
{
    return facts.number >= firstRequest && facts.number <= lastRequest
           && (dialect.isEmpty() || dialect == facts.dialect)
           && (model.isEmpty() || matches(model, facts.model))
           && (path.isEmpty() || matches(path, QString::fromUtf8(facts.path)))
           && (method.isEmpty() || method == facts.method)
           && (!streamed || streamed == facts.streamed);
}

bool ScriptRule::isWholeAnswer() const
{
    const int made = status.value_or(200);
    return body || (parts.isEmpty() && (made == 204 || made >= 300));
}

SandboxAnswer ScriptRule::wholeAnswer(const DialectVoice *voice) const
{
    if (!body && status.value_or(200) >= 400) {
        ApiError made = ApiError::forStatus(*status);
        if (!error.isEmpty())
            made.message = error;
        return SandboxAnswer::ofError(voice, made);
    }
    SandboxAnswer answer;
    answer.voice = voice;
    answer.body = body.value_or(QByteArray());
    const bool json = answer.body.startsWith('{') || answer.body.startsWith('[');
    if (!answer.body.isEmpty())
        answer.headers = {
            {"Content-Type", json ? "application/json" : "text/plain; charset=utf-8"}};
    return answer;
}

void ScriptRule::decorate(SandboxAnswer &answer) const
{
    // An error of the usual answer stays what it is: the request was not understood.
    if (status && (isWholeAnswer() || answer.status < 400))
        answer.status = *status;
    if (answer.status == 204 || answer.status == 304)
        answer.withoutBody = true;
    if (firstToken && isWholeAnswer())
        answer.firstDelay = *firstToken;
    for (const HttpHeader &header : headers) {
        answer.headers.removeIf([&header](const HttpHeader &other) {
            return other.name.compare(header.name, Qt::CaseInsensitive) == 0;
        });
        answer.headers.append(header);
    }
    answer.pauses = pauses;
    answer.scripted = fault;
}

} // namespace Retryscope
