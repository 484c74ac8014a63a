// SPDX-License-Identifier: MIT
#include "ui/timeline/timelinewords.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QHash>
#include <QtCore/QStringList>

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

using std::chrono::microseconds;
using namespace Qt::StringLiterals;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Retryscope::TimelineWords)
};

double toMilliseconds(microseconds duration)
{
    return static_cast<double>(duration.count()) / 1e3;
}

QString text(const QJsonObject &failure, QLatin1StringView name)
{
    return failure.value(name).toString();
}

QString certificateWords(const QString &cause)
{
    if (cause.contains("NotYetValid"_L1))
        return Words::tr("certificate not yet valid");
    if (cause.contains("Expired"_L1))
        return Words::tr("certificate expired");
    if (cause.contains("SelfSigned"_L1))
        return Words::tr("self-signed certificate");
    if (cause.contains("HostName"_L1))
        return Words::tr("certificate of another host");
    return Words::tr("certificate not accepted");
}

QString connectWords(const QString &qtError)
{
    if (qtError == "ConnectionRefusedError"_L1)
        return Words::tr("connection refused");
    return Words::tr("no connection");
}

QString timeoutWords(const QString &which)
{
    if (which == "Connect"_L1)
        return Words::tr("connect timeout");
    if (which == "FirstByte"_L1)
        return Words::tr("no answer in time");
    if (which == "Total"_L1)
        return Words::tr("total time used up");
    return Words::tr("answer stalled");
}

microseconds lengthOf(const TimelineRow &row, microseconds now)
{
    return std::max(row.end.value_or(now) - row.begin, microseconds::zero());
}

bool failed(const TimelineRow &row)
{
    return !row.failure.isEmpty();
}

//! What a wait comes from.
QString causeWords(const TimelineRow &wait, const TimelineRow *cause)
{
    return cause && failed(*cause) ? failureWords(cause->failure) : failureKindWords(wait.reason);
}

//! Where an attempt failed; the argument is when.
QString failurePlace(TimelinePhase phase)
{
    switch (phase) {
    case TimelinePhase::Dns:
        return Words::tr("failed in DNS after %1");
    case TimelinePhase::Connect:
        return Words::tr("failed in TCP after %1");
    case TimelinePhase::Tls:
        return Words::tr("failed in TLS after %1");
    case TimelinePhase::Request:
        return Words::tr("failed while sending after %1");
    case TimelinePhase::Waiting:
        return Words::tr("failed before the status line after %1");
    case TimelinePhase::Body:
        return Words::tr("failed in the answer after %1");
    }
    return {};
}

const TimelineSpan *lastSpan(const TimelineRow &row)
{
    return row.spans.isEmpty() ? nullptr : &row.spans.last();
}

} // namespace

QString timeWords(microseconds duration)
{
    const double ms = toMilliseconds(duration);
    if (duration < microseconds(1'000))
        return Words::tr("%1 \u00b5s").arg(duration.count());
    if (ms < 10.0)
        return Words::tr("%1 ms").arg(QString::number(ms, 'f', 1));
    if (ms < 999.5)
        return Words::tr("%1 ms").arg(QString::number(ms, 'f', 0));
    if (ms < 59'995.0)
        return Words::tr("%1 s").arg(QString::number(ms / 1e3, 'f', 2));
    const auto seconds = static_cast<qint64>(std::llround(ms / 1e3));
    return Words::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
}

QString spokenDuration(microseconds duration)
{
    const double ms = toMilliseconds(duration);
    if (ms < 1.0)
        return Words::tr("less than a millisecond");
    if (ms < 999.5)
        return Words::tr("%n milliseconds", nullptr, static_cast<int>(std::lround(ms)));
    return Words::tr("%1 seconds").arg(QString::number(ms / 1e3, 'f', 1));
}

QString failureKindWords(const QString &kind)
{
    static const QHash<QString, QString> words{
        {u"Dns"_s, Words::tr("name not found")},
        {u"Connect"_s, Words::tr("no connection")},
        {u"Tls"_s, Words::tr("TLS failed")},
        {u"Certificate"_s, Words::tr("certificate not accepted")},
        {u"Io"_s, Words::tr("connection lost")},
        {u"Http2"_s, Words::tr("HTTP/2 stream refused")},
        {u"Proxy"_s, Words::tr("proxy failed")},
        {u"Timeout"_s, Words::tr("timeout")},
        {u"Config"_s, Words::tr("could not be sent")},
        {u"Cancelled"_s, Words::tr("stopped")},
        {u"Body"_s, Words::tr("answer broken off")},
    };
    return words.value(kind, kind);
}

QString failureWords(const QJsonObject &failure)
{
    const QString kind = text(failure, "kind"_L1);
    if (kind == "Connect"_L1)
        return connectWords(text(failure, "qt_error_name"_L1));
    if (kind == "Certificate"_L1)
        return certificateWords(text(failure, "cause"_L1));
    if (kind == "Timeout"_L1)
        return timeoutWords(text(failure, "timeout"_L1));
    return failureKindWords(kind);
}

QString phaseWords(TimelinePhase phase)
{
    switch (phase) {
    case TimelinePhase::Dns:
        return Words::tr("DNS");
    case TimelinePhase::Connect:
        return Words::tr("TCP");
    case TimelinePhase::Tls:
        return Words::tr("TLS");
    case TimelinePhase::Request:
        return Words::tr("request");
    case TimelinePhase::Waiting:
        return Words::tr("waiting");
    case TimelinePhase::Body:
        return Words::tr("answer");
    }
    return {};
}

QString phaseLetter(TimelinePhase phase)
{
    switch (phase) {
    case TimelinePhase::Dns:
        return u"D"_s;
    case TimelinePhase::Connect:
        return u"T"_s;
    case TimelinePhase::Tls:
        return u"S"_s;
    case TimelinePhase::Request:
        return u"R"_s;
    case TimelinePhase::Waiting:
        return u"w"_s;
    case TimelinePhase::Body:
        return u"A"_s;
    }
    return {};
}

QString phaseActivity(TimelinePhase phase)
{
    switch (phase) {
    case TimelinePhase::Dns:
        return Words::tr("looking up the name");
    case TimelinePhase::Connect:
        return Words::tr("connecting");
    case TimelinePhase::Tls:
        return Words::tr("in the TLS handshake");
    case TimelinePhase::Request:
        return Words::tr("sending the request");
    case TimelinePhase::Waiting:
        return Words::tr("waiting for the answer");
    case TimelinePhase::Body:
        return Words::tr("receiving the answer");
    }
    return {};
}

QString waitFormula(const TimelineRow &row)
{
    const auto percent = std::lround((row.factor - 1.0) * 100.0);
    if (percent == 0)
        return timeWords(row.base);
    // A minus sign, not a hyphen.
    const QString sign = percent < 0 ? u"\u2212"_s : u"+"_s;
    return Words::tr("%1 %2%3 %").arg(timeWords(row.base), sign).arg(std::abs(percent));
}

QString waitReason(const TimelineRow &row, const TimelineRow *cause)
{
    return Words::tr("Retried because of \u201c%1\u201d. The policy's wait of %2 became %3 by "
                     "jitter.")
        .arg(causeWords(row, cause), timeWords(row.base), timeWords(row.planned));
}

QString rowTitle(const TimelineRow &row, microseconds now)
{
    switch (row.kind) {
    case TimelineRow::Kind::Attempt:
        return Words::tr("Attempt %1").arg(row.attempt);
    case TimelineRow::Kind::Wait:
        break;
    }
    if (row.end)
        return row.cutShort ? Words::tr("waited %1, cut short").arg(timeWords(lengthOf(row, now)))
                            : Words::tr("waited %1").arg(timeWords(lengthOf(row, now)));
    const microseconds left = std::max(row.begin + row.planned - now, microseconds::zero());
    return Words::tr("retry in %1 s")
        .arg(QString::number(static_cast<double>(left.count()) / 1e6, 'f', 2));
}

QString rowOutcome(const TimelineRow &row)
{
    if (row.kind == TimelineRow::Kind::Wait)
        return waitFormula(row);
    if (failed(row))
        return failureWords(row.failure);
    if (row.status > 0)
        return Words::tr("HTTP %1").arg(row.status);
    return row.finished ? Words::tr("done") : QString();
}

QString barWords(const TimelineRow &row, const TimelineRow *cause, microseconds now)
{
    if (row.kind == TimelineRow::Kind::Wait)
        return Words::tr("%1, after %2").arg(waitFormula(row), causeWords(row, cause));
    const QString length = timeWords(lengthOf(row, now));
    const TimelineSpan *last = lastSpan(row);
    if (failed(row))
        return last ? failurePlace(last->phase).arg(length)
                    : Words::tr("failed after %1").arg(length);
    if (!row.finished && last)
        return phaseActivity(last->phase);
    return length;
}

bool isBad(const TimelineRow &row)
{
    return failed(row) || (row.status > 0 && row.status / 100 != 2);
}

bool isSimulated(const TimelineRow &row)
{
    return !row.fault.isEmpty();
}

QString rowSpoken(const TimelineRow &row, const TimelineRow *before, const TimelineRow *following,
                  microseconds now)
{
    const QString length = spokenDuration(lengthOf(row, now));
    if (row.kind == TimelineRow::Kind::Wait) {
        const QString reason = causeWords(row, before);
        if (!row.end)
            return Words::tr("Waiting %1 before attempt %2, because of: %3")
                .arg(spokenDuration(row.planned))
                .arg(row.attempt + 1)
                .arg(reason);
        return Words::tr("Waited %1 before attempt %2, because of: %3")
            .arg(length)
            .arg(row.attempt + 1)
            .arg(reason);
    }
    QString words = rowTitle(row, now);
    if (failed(row))
        words = Words::tr("%1, %2 after %3").arg(words, failureWords(row.failure), length);
    else if (row.finished)
        words = Words::tr("%1, answered with status %2 after %3")
                    .arg(words)
                    .arg(row.status)
                    .arg(length);
    else if (const TimelineSpan *last = lastSpan(row))
        words = Words::tr("%1, %2").arg(words, phaseActivity(last->phase));
    if (isSimulated(row))
        words = Words::tr("%1, simulated").arg(words);
    if (following && following->kind == TimelineRow::Kind::Wait)
        words =
            following->end
                ? Words::tr("%1, then waited %2")
                      .arg(words, spokenDuration(lengthOf(*following, now)))
                : Words::tr("%1, now waiting %2").arg(words, spokenDuration(following->planned));
    return words;
}

QString rowToolTip(const TimelineRow &row, const TimelineRow *before, microseconds now)
{
    QStringList lines;
    if (row.kind == TimelineRow::Kind::Wait) {
        lines << waitReason(row, before);
        if (row.cutShort)
            lines << Words::tr("It ended early, by \u201cRetry now\u201d or by a stop.");
        return lines.join(QLatin1Char('\n'));
    }
    for (const TimelineSpan &span : row.spans) {
        lines << Words::tr("%1: from %2, for %3")
                     .arg(phaseWords(span.phase), timeWords(span.begin),
                          timeWords(span.end.value_or(now) - span.begin));
    }
    if (!row.events.isEmpty())
        lines << Words::tr("%n stream events", nullptr, static_cast<int>(row.events.size()));
    for (const microseconds at : row.resends)
        lines << Words::tr("Qt sent the request again on its own at %1").arg(timeWords(at));
    if (failed(row))
        lines << text(row.failure, "message"_L1);
    if (isSimulated(row))
        lines << Words::tr("Simulated: %1").arg(row.fault);
    lines.removeAll(QString());
    return lines.join(QLatin1Char('\n'));
}

QString runningWords(const TimelineModel &model, microseconds now)
{
    if (model.rowCount() == 0)
        return Words::tr("Starting.");
    const TimelineRow &row = model.row(model.rowCount() - 1);
    const TimelineRow *before = model.rowCount() > 1 ? &model.row(model.rowCount() - 2) : nullptr;
    if (row.kind == TimelineRow::Kind::Wait && !row.end)
        return Words::tr("Attempt %1 failed: %2. Attempt %3 follows in %4 s.")
            .arg(row.attempt)
            .arg(causeWords(row, before))
            .arg(row.attempt + 1)
            .arg(QString::number(
                static_cast<double>(
                    std::max(row.begin + row.planned - now, microseconds::zero()).count())
                    / 1e6,
                'f', 1));
    const TimelineSpan *last = lastSpan(row);
    const int attempt = row.kind == TimelineRow::Kind::Wait ? row.attempt + 1 : row.attempt;
    return last ? Words::tr("Attempt %1 is %2.").arg(attempt).arg(phaseActivity(last->phase))
                : Words::tr("Attempt %1 begins.").arg(attempt);
}

} // namespace Retryscope
