// SPDX-License-Identifier: MIT
#include "core/run/verdictwords_p.h"

#include "core/llm/stopreason.h"

#include <cmath>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

struct CauseWords
{
    QLatin1StringView cause;
    QLatin1StringView words;
};

// The causes of Failure::cause that have better words than their kind.
constexpr CauseWords certificateWords[] = {
    {"CertificateExpired"_L1, "certificate expired"_L1},
    {"CertificateNotYetValid"_L1, "certificate not yet valid"_L1},
    {"SelfSignedCertificate"_L1, "self-signed certificate"_L1},
    {"SelfSignedCertificateInChain"_L1, "self-signed authority"_L1},
    {"HostNameMismatch"_L1, "certificate for another host"_L1},
    {"WeakKey"_L1, "weak key"_L1},
    {"UnableToGetLocalIssuerCertificate"_L1, "unknown certificate authority"_L1},
    {"UnableToVerifyFirstCertificate"_L1, "unknown certificate authority"_L1},
};

QString timeoutWords(const Failure &failure)
{
    switch (failure.timeout.value_or(TimeoutKind::Total)) {
    case TimeoutKind::Connect:
        return u"no connection in time"_s;
    case TimeoutKind::FirstByte:
        return u"no response in time"_s;
    case TimeoutKind::IdleBytes:
        return u"the response fell silent"_s;
    case TimeoutKind::IdleEvents:
        return u"no content in time"_s;
    case TimeoutKind::Total:
        return u"out of time"_s;
    }
    Q_UNREACHABLE();
}

QString connectWords(const Failure &failure)
{
    if (failure.qtError == QNetworkReply::ConnectionRefusedError)
        return u"connection refused"_s;
    return failure.qtErrorString.contains("unreachable"_L1, Qt::CaseInsensitive)
               ? u"network unreachable"_s
               : u"no connection"_s;
}

QString number(qsizetype count)
{
    static const QString words[] = {u"no"_s,    u"one"_s,  u"two"_s, u"three"_s,
                                    u"four"_s,  u"five"_s, u"six"_s, u"seven"_s,
                                    u"eight"_s, u"nine"_s, u"ten"_s};
    return count < qsizetype(std::size(words)) ? words[count] : QString::number(count);
}

QString counted(qsizetype count, const QString &one, const QString &many)
{
    return QString::number(count) + u' ' + (count == 1 ? one : many);
}

QString onAttempt(const RunSummary &summary)
{
    return summary.attempts.size() <= 1 ? u"on the first attempt"_s
                                        : u"on attempt %1"_s.arg(summary.attempts.size());
}

//! A provider's message often lacks the full stop that keeps the next sentence apart.
QString sentence(const QString &text)
{
    const QString trimmed = text.trimmed();
    static const QString ends = u".!?\u2026"_s;
    static const QString closers = u")]}\"'\u201d\u2019\u00bb"_s;
    // "(It is over.)" has one.
    qsizetype last = trimmed.size() - 1;
    while (last > 0 && closers.contains(trimmed.at(last)))
        --last;
    return last < 0 || ends.contains(trimmed.at(last)) ? trimmed : QString(trimmed + u'.');
}

QString outcome(const RunSummary &summary)
{
    const QString after = durationWords(summary.duration);
    const QString message = summary.failure ? sentence(summary.failure->message) : QString();
    const QString proof = summary.judgement ? sentence(summary.judgement->reason) : message;
    switch (summary.verdict) {
    case RunVerdict::Complete:
        return u"Complete %1 after %2."_s.arg(onAttempt(summary), after);
    case RunVerdict::Truncated:
        return u"Truncated %1 after %2: %3"_s.arg(onAttempt(summary), after, proof);
    case RunVerdict::Failed:
        return u"The endpoint broke off with an error after %1: %2"_s.arg(after, proof);
    case RunVerdict::Damaged:
        return u"The answer is damaged: %1"_s.arg(proof);
    case RunVerdict::Unknown:
        return u"Whether the answer is whole cannot be known: %1"_s.arg(proof);
    case RunVerdict::HttpError:
        if (summary.status == 0)
            return u"The endpoint answered with an HTTP status that is not known, after %1: %2"_s
                .arg(after, message);
        return summary.httpErrorMessage.isEmpty()
                   ? u"The endpoint answered with HTTP status %1 after %2."_s.arg(summary.status)
                         .arg(after)
                   : u"The endpoint answered with HTTP status %1 after %2: %3"_s.arg(summary.status)
                         .arg(after, sentence(summary.httpErrorMessage));
    case RunVerdict::TransportError:
        return u"No answer after %1 and %2. The last one: %3"_s.arg(
            counted(summary.attempts.size(), u"attempt"_s, u"attempts"_s), after, message);
    case RunVerdict::Timeout:
        return u"Timed out after %1: %2"_s.arg(after, message);
    case RunVerdict::Cancelled:
        return u"Stopped by you after %1."_s.arg(after);
    case RunVerdict::ConfigError:
        return u"Nothing was sent: %1"_s.arg(message);
    }
    Q_UNREACHABLE();
}

//! "Two failures were retried: name not found (simulated), connection refused (simulated)."
QString retried(const RunSummary &summary)
{
    QStringList causes;
    for (const AttemptRecord &attempt : summary.attempts) {
        if (!attempt.failure || !attempt.decision || !attempt.decision->retry)
            continue;
        const bool simulated = summary.simulatedAttempts.contains(attempt.number);
        causes.append(shortCause(*attempt.failure) + (simulated ? u" (simulated)"_s : QString()));
    }
    if (causes.isEmpty())
        return {};
    if (causes.size() == 1)
        return u" One failure was retried: %1."_s.arg(causes.first());
    constexpr qsizetype shown = 4;
    QString list = causes.mid(0, shown).join(u", "_s);
    if (causes.size() > shown)
        list += u" and %1 more"_s.arg(causes.size() - shown);
    QString count = number(causes.size());
    count[0] = count.at(0).toUpper();
    return u" %1 failures were retried: %2."_s.arg(count, list);
}

//! What the endpoint is said to have done, the tool may have done in its place.
QString injected(const RunSummary &summary)
{
    const QString ended =
        summary.tlsEndedAtTap ? u" TLS ended at the tap, as you asked."_s : QString();
    if (summary.verdict == RunVerdict::Complete || summary.attempts.isEmpty()
        || !summary.simulatedAttempts.contains(summary.attempts.last().number))
        return ended;
    return u" A fault was injected into this attempt."_s + ended;
}

QString counts(const RunSummary &summary)
{
    if (summary.verdict == RunVerdict::ConfigError)
        return {};
    QString words =
        u" %1, %2 sent"_s.arg(counted(summary.attempts.size(), u"attempt"_s, u"attempts"_s),
                              counted(summary.wireRequests(), u"request"_s, u"requests"_s));
    if (summary.sandboxRequests && *summary.sandboxRequests == 0 && summary.status >= 400)
        words += u", which the sandbox refused before it was whole"_s;
    else if (summary.sandboxRequests)
        words += u", %1 reached the sandbox"_s.arg(*summary.sandboxRequests);
    return words + u'.';
}

//! Why there was no further attempt, where that needs saying.
QString stopped(const RunSummary &summary)
{
    if (summary.attempts.isEmpty() || !summary.attempts.last().decision)
        return {};
    switch (summary.attempts.last().decision->reason) {
    case RetryReason::KindNotRetried:
        return u" The policy does not retry this kind of failure."_s;
    case RetryReason::MaybeProcessed:
        return u" It was not retried: the request had left and may have been processed."_s;
    case RetryReason::DeadlineWouldExceed:
        return u" It was not retried: the next wait does not fit into what is left of the total timeout."_s;
    case RetryReason::TransportFailure:
    case RetryReason::RetriesExhausted:
    case RetryReason::Answered:
    case RetryReason::NeverRetried:
    case RetryReason::Cancelled:
        break;
    }
    return {};
}

QString transportAdvice(const Failure &failure)
{
    switch (failure.kind) {
    case FailureKind::Dns:
        return u"Check the host name and the machine's name servers."_s;
    case FailureKind::Connect:
        return u"Check the port, and whether the server is running."_s;
    case FailureKind::Tls:
        return u"Check whether this port speaks TLS, and which versions it accepts."_s;
    case FailureKind::Certificate:
        return u"Waiting does not mend a certificate: check its names, dates and chain."_s;
    case FailureKind::Io:
        return u"The request may have been processed: check the server's log before sending it again."_s;
    case FailureKind::Http2:
        return u"Try again over HTTP/1.1."_s;
    case FailureKind::Proxy:
        return u"Check the proxy's address, user name and rules."_s;
    case FailureKind::Timeout:
        if (failure.phase == AttemptPhase::Tls || failure.phase == AttemptPhase::Connect)
            return u"Set a connect timeout: Qt has none for a TLS handshake, and 30 s an address for a connection."_s;
        return u"Give it more time, or find out what the server waits for."_s;
    case FailureKind::Config:
    case FailureKind::Cancelled:
    case FailureKind::Body:
        break;
    }
    return {};
}

QString statusAdvice(int status, const std::optional<std::chrono::milliseconds> &askedWait)
{
    if ((status == 429 || status >= 500) && askedWait && askedWait->count() > 0)
        return u"The endpoint asks to wait %1 before the next try."_s.arg(
            durationWords(*askedWait));
    if (status == 401 || status == 403)
        return u"Check the key and what it may do."_s;
    if (status == 404)
        return u"Check the path and the model's name."_s;
    if (status == 429)
        return u"Wait before the next try, or check the quota."_s;
    if (status > 599)
        return u"HTTP has no status above 599: check what stands behind that URL; it counts as a server's error."_s;
    if (status >= 300 && status < 400)
        return u"Redirects are not followed, since that would hand the key to another host: send to its Location."_s;
    return status >= 500 ? u"The server is at fault; try again later."_s : QString();
}

//! The stream is whole; what it says may not be.
QString stopAdvice(StopKind kind)
{
    switch (kind) {
    case StopKind::Length:
        return u"The model stopped at its limit of tokens: the answer goes on, ask for more."_s;
    case StopKind::Refusal:
        return u"The model refused to answer."_s;
    case StopKind::ContentFilter:
        return u"A content filter stopped the answer."_s;
    case StopKind::None:
    case StopKind::End:
    case StopKind::StopSequence:
    case StopKind::ToolUse:
    case StopKind::Failure: // the verdict says so
    case StopKind::Other:
        return {};
    }
    Q_UNREACHABLE();
}

} // namespace

RunVerdict runVerdict(const Failure &failure)
{
    switch (failure.kind) {
    case FailureKind::Timeout:
        return RunVerdict::Timeout;
    case FailureKind::Config:
        return RunVerdict::ConfigError;
    case FailureKind::Cancelled:
        return RunVerdict::Cancelled;
    case FailureKind::Body:
        // Without a status: something came that can be no answer.
        return RunVerdict::Damaged;
    case FailureKind::Dns:
    case FailureKind::Connect:
    case FailureKind::Tls:
    case FailureKind::Certificate:
    case FailureKind::Io:
    case FailureKind::Http2:
    case FailureKind::Proxy:
        break;
    }
    return RunVerdict::TransportError;
}

QString shortCause(const Failure &failure)
{
    switch (failure.kind) {
    case FailureKind::Dns:
        return u"name not found"_s;
    case FailureKind::Connect:
        return connectWords(failure);
    case FailureKind::Tls:
        return u"TLS handshake failed"_s;
    case FailureKind::Certificate:
        for (const CauseWords &entry : certificateWords) {
            if (failure.cause == entry.cause)
                return entry.words;
        }
        return u"certificate not accepted"_s;
    case FailureKind::Io:
        return u"connection lost before the status"_s;
    case FailureKind::Http2:
        return failure.safety == Safety::Unprocessed ? u"HTTP/2 stream refused"_s
                                                     : u"HTTP/2 stream reset"_s;
    case FailureKind::Proxy:
        return u"proxy failed"_s;
    case FailureKind::Timeout:
        return timeoutWords(failure);
    case FailureKind::Config:
        return u"not sent"_s;
    case FailureKind::Cancelled:
        return u"stopped"_s;
    case FailureKind::Body:
        return u"answer cut"_s;
    }
    Q_UNREACHABLE();
}

QString durationWords(std::chrono::microseconds duration)
{
    const double ms = static_cast<double>(duration.count()) / 1000.0;
    if (ms < 10)
        return u"%1 ms"_s.arg(ms, 0, 'f', 1);
    if (ms < 1000)
        return u"%1 ms"_s.arg(std::lround(ms));
    if (ms < 60'000)
        return u"%1 s"_s.arg(ms / 1000.0, 0, 'f', 1);
    const qint64 seconds = std::llround(ms / 1000.0);
    return u"%1 min %2 s"_s.arg(seconds / 60).arg(seconds % 60);
}

QString verdictSentence(const RunSummary &summary)
{
    const QString open = summary.keptOpen
                             ? u" The endpoint kept the connection open after the last event."_s
                             : QString();
    return outcome(summary) + open + injected(summary) + stopped(summary) + retried(summary)
           + counts(summary);
}

QString verdictAdvice(const RunSummary &summary)
{
    switch (summary.verdict) {
    case RunVerdict::Complete:
        return stopAdvice(StopReason::kindOf(summary.answer.stopReason));
    case RunVerdict::Cancelled:
    case RunVerdict::ConfigError:
        return {};
    case RunVerdict::Truncated:
    case RunVerdict::Unknown:
        return u"Do not use the answer as if it were whole."_s;
    case RunVerdict::Damaged:
        if (!summary.judgement || summary.events == 0)
            return u"Check that the URL is that of this dialect, and what stands between: what came is not its answer."_s;
        return u"Look at the event at that offset: what stands there is not what this dialect sends."_s;
    case RunVerdict::Failed:
        return u"The error is the provider's own: its message says whether trying again helps."_s;
    case RunVerdict::HttpError:
        return statusAdvice(summary.status, summary.askedWait);
    case RunVerdict::TransportError:
    case RunVerdict::Timeout:
        return summary.failure ? transportAdvice(*summary.failure) : QString();
    }
    Q_UNREACHABLE();
}

} // namespace Retryscope
