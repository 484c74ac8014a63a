// SPDX-License-Identifier: MIT
#include "core/llm/responsefacts.h"

#include "core/llm/dialectfacts.h"

#include <QtCore/QLocale>
#include <QtCore/QRegularExpression>
#include <QtCore/QTimeZone>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

using Milliseconds = std::chrono::milliseconds;

// A longer wait is a mistake, or an attack on whoever believes it.
constexpr double LongestWait = 366.0 * 24 * 3600 * 1000;

std::optional<Milliseconds> wait(double milliseconds)
{
    if (!std::isfinite(milliseconds) || milliseconds < 0 || milliseconds > LongestWait)
        return {};
    return Milliseconds(qint64(std::ceil(milliseconds)));
}

std::optional<Milliseconds> until(const QDateTime &time, const QDateTime &now)
{
    return time.isValid() ? wait(std::max(0.0, double(now.msecsTo(time)))) : std::nullopt;
}

//! The three forms of RFC 9110, 5.6.7.
QDateTime httpDate(const QString &text, const QDateTime &now)
{
    const QLocale c = QLocale::c();
    // The day of the week says nothing, and is a wrong one where the year has two digits.
    const QString date = text.simplified().section(u' ', 1);
    for (const QString &form : {u"dd MMM yyyy hh:mm:ss 'GMT'"_s, u"dd-MMM-yy hh:mm:ss 'GMT'"_s,
                                u"MMM d hh:mm:ss yyyy"_s}) {
        QDateTime time = c.toDateTime(date, form);
        if (!time.isValid())
            continue;
        time.setTimeZone(QTimeZone::utc());
        // Two digits of a year: the nearest one that is not far in the past.
        while (form.contains("MMM-yy "_L1) && time.addYears(50) < now)
            time = time.addYears(100);
        return time;
    }
    return {};
}

//! "1m0s", "17.379s", "6ms": as Go writes durations.
std::optional<Milliseconds> duration(const QString &text)
{
    static const QRegularExpression part(u"\\G([0-9]+(?:\\.[0-9]+)?)(ms|us|µs|ns|h|m|s|d)"_s);
    double sum = 0;
    qsizetype at = 0;
    while (at < text.size()) {
        const QRegularExpressionMatch match = part.match(text, at);
        if (!match.hasMatch())
            return {};
        const QString unit = match.captured(2);
        const double factor = unit == "ms"_L1   ? 1
                              : unit == "s"_L1  ? 1e3
                              : unit == "m"_L1  ? 6e4
                              : unit == "h"_L1  ? 3.6e6
                              : unit == "d"_L1  ? 8.64e7
                              : unit == "ns"_L1 ? 1e-6
                                                : 1e-3;
        sum += match.captured(1).toDouble() * factor;
        at = match.capturedEnd();
    }
    return text.isEmpty() ? std::nullopt : wait(sum);
}

std::optional<Milliseconds> reset(const QString &text, const QDateTime &now)
{
    bool ok = false;
    const double seconds = text.toDouble(&ok);
    if (ok)
        return wait(seconds * 1000);
    if (const auto parsed = duration(text))
        return parsed;
    return until(QDateTime::fromString(text, Qt::ISODateWithMs), now);
}

std::optional<Milliseconds> waitOf(const QString &text, const QDateTime &now)
{
    bool ok = false;
    const double seconds = text.toDouble(&ok);
    return ok ? wait(seconds * 1000) : until(httpDate(text, now), now);
}

std::optional<qint64> number(const QString &text)
{
    bool ok = false;
    const qint64 value = text.toLongLong(&ok);
    return ok ? std::optional(value) : std::nullopt;
}

RateLimit &limitOf(const QString &name, std::vector<RateLimit> &limits)
{
    const auto found = std::find_if(limits.begin(), limits.end(),
                                    [&name](const RateLimit &one) { return one.name == name; });
    if (found != limits.end())
        return *found;
    limits.push_back({name, {}, {}, {}});
    return limits.back();
}

//! Providers put the same words in any order: "x-ratelimit-limit-requests",
//! "anthropic-ratelimit-requests-limit", "x-trial-endpoint-call-remaining".
void readLimit(const QString &header, const QString &value, const QDateTime &now,
               std::vector<RateLimit> &limits)
{
    if (!header.contains("ratelimit"_L1) && !header.contains("-call-"_L1))
        return;
    QString what;
    QStringList name;
    const QStringList words = header.split(u'-');
    for (const QString &word : words) {
        if (what.isEmpty() && (word == "limit"_L1 || word == "remaining"_L1 || word == "reset"_L1))
            what = word;
        else if (word == "ratelimitbysize"_L1)
            name.append(u"size"_s);
        else if (word != "x"_L1 && word != "anthropic"_L1 && word != "ratelimit"_L1)
            name.append(word);
    }
    if (what.isEmpty())
        return;
    RateLimit &limit = limitOf(name.join(u'-'), limits);
    if (what == "limit"_L1)
        limit.limit = number(value);
    else if (what == "remaining"_L1)
        limit.remaining = number(value);
    else
        limit.reset = reset(value, now);
}

} // namespace

ResponseFacts ResponseFacts::read(const QList<HeaderField> &headers, const DialectFacts &dialect,
                                  const QDateTime &now)
{
    ResponseFacts facts;
    std::optional<Milliseconds> exact;
    qsizetype best = dialect.requestIdHeaders.size();
    for (const HeaderField &header : headers) {
        const QByteArray name = header.name.toLower();
        const QString value = QString::fromLatin1(header.value.trimmed());
        const qsizetype rank = dialect.requestIdHeaders.indexOf(name);
        if (rank >= 0 && rank < best) {
            best = rank;
            facts.requestId = header.value.trimmed();
        }
        bool ok = false;
        if (name == "retry-after-ms") {
            const double milliseconds = value.toDouble(&ok);
            exact = ok ? wait(milliseconds) : std::nullopt;
        } else if (name == "retry-after") {
            facts.retryAfter = waitOf(value, now);
        } else if (name == "x-should-retry" && (value == "true"_L1 || value == "false"_L1)) {
            facts.shouldRetry = value == "true"_L1;
        } else {
            readLimit(QString::fromLatin1(name), value, now, facts.rateLimits);
        }
    }
    // The more exact one counts. Azure sends 0 beside a Retry-After of a second, though: nobody
    // means "at once" by that.
    if (exact && (exact->count() > 0 || !facts.retryAfter))
        facts.retryAfter = exact;
    return facts;
}

} // namespace Retryscope
