// SPDX-License-Identifier: MIT
#include "tests/soak/judge.h"

#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"
#include "tests/support/printers.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QLibraryInfo>
#include <QtCore/QVersionNumber>

namespace Retryscope::Test {

namespace {

bool isUnsentLoss(const AttemptRecord &record)
{
    return record.failure && record.failure->kind == FailureKind::Io
           && record.failure->safety == Safety::NotSent && record.wireSends == 0;
}

class Judge final
{
public:
    //! \a skipAt: the attempt, of all, before which a connection of Qt's own met an exchange and
    //! sent nothing. \a nobodyAt: the attempt, of all, that Qt told the end of the connection
    //! before it, and that met nobody.
    //! \a live: a bit for each attempt that failed and began no connection of its own: the one it
    //! was given was sound, and what it met counts.
    Judge(const Schedule &schedule, const QList<Outcome> &outcomes, const Counted &counted,
          qsizetype skipAt, qsizetype nobodyAt, unsigned live = 0)
        : m_skipAt(skipAt)
        , m_nobodyAt(nobodyAt)
        , m_live(live)
        , m_schedule(schedule)
        , m_outcomes(outcomes)
        , m_counted(counted)
    {}

    QStringList judge()
    {
        for (const Outcome &outcome : m_outcomes) {
            judgeSignals(outcome);
            if (m_schedule.isGet)
                judgeGet(outcome);
            else
                judgeAttempts(outcome);
        }
        judgeCounts();
        return m_complaints;
    }

private:
    void complain(const QString &text) { m_complaints.append(text); }

    void demand(bool holds, const QString &text)
    {
        if (!holds)
            complain(text);
    }

    void judgeSignals(const Outcome &outcome)
    {
        demand(outcome.finishedCount == 1,
               QStringLiteral("%1 terminal signals").arg(outcome.finishedCount));
        demand(outcome.signalsAfterTheEnd == 0,
               QStringLiteral("%1 signals after the terminal one").arg(outcome.signalsAfterTheEnd));
        demand(!outcome.signalLog.isEmpty()
                   && outcome.signalLog.last() == QStringLiteral("finished"),
               QStringLiteral("the log does not end with 'finished'"));
        const auto errors = outcome.signalLog.filter(QStringLiteral("error "));
        demand(errors.size() == (outcome.error == QNetworkReply::NoError ? 0 : 1),
               QStringLiteral("the error signal does not fit the error"));
        demand(!outcome.failure || outcome.error != QNetworkReply::NoError,
               QStringLiteral("a failure without an error"));
        const auto statuses = outcome.signalLog.filter(QStringLiteral("status "));
        demand(statuses.size() == (outcome.isCommitted ? 1 : 0),
               QStringLiteral("the commit does not fit the metaDataChanged signals"));
        for (qsizetype i = 0; i + 1 < outcome.attempts.size(); ++i) {
            const AttemptRecord &record = outcome.attempts.at(i);
            demand(record.failure && record.decision && record.decision->retry
                       && record.failure->safety != Safety::Answered && record.status == 0,
                   QStringLiteral("attempt %1 was followed by another one").arg(record.number));
        }
    }

    void judgeAttempts(const Outcome &outcome)
    {
        for (const AttemptRecord &record : outcome.attempts) {
            if (m_records++ == m_nobodyAt && isUnsentLoss(record))
                continue;
            // Qt may hand an attempt the connection that the one before has just lost: it meets
            // nobody.
            const bool isKept = m_schedule.isKeptAlive && m_position == 1;
            const bool isGiven = record.failure && record.reusedConnection && !isKept;
            if (isGiven && ((m_live >> std::min(m_given++, 31U)) & 1U) == 0) {
                demand(record.failure->kind == FailureKind::Io && record.wireSends <= 1,
                       QStringLiteral("attempt %1 on a dead connection").arg(record.number));
                continue;
            }
            if (m_attempts++ == m_skipAt)
                ++m_position;
            const Exchange &exchange =
                m_schedule.exchanges.at(std::min(m_position++, m_schedule.exchanges.size() - 1));
            const bool isLast = record.number == outcome.attempts.size();
            const QString where = QStringLiteral("attempt %1 (%2): ")
                                      .arg(QString::number(record.number), exchange.name);
            judgeSends(record, exchange, where);
            // Qt 6.8 may close it by itself: what it was begun for has failed meanwhile. With the
            // waits that policies have, that is long over.
            const bool mayBeClosed = isGiven
                                     && (record.failure->kind == FailureKind::Io
                                         || record.failure->kind == FailureKind::Body);
            const bool isAnswered =
                exchange.status > 0 && !(record.failure && (exchange.mayLoseAnswer || mayBeClosed));
            if (record.failure) {
                const FailureKind kind = record.failure->kind;
                demand(mayBeClosed || exchange.kinds.contains(kind),
                       where
                           + QStringLiteral("failed with %1 after %2 of %3 bytes: %4")
                                 .arg(keyOf(kind))
                                 .arg(outcome.body.size())
                                 .arg(exchange.body.size())
                                 .arg(record.failure->message));
                if (isAnswered && exchange.isCut() && kind != FailureKind::Timeout)
                    demand(record.failure->safety == Safety::Answered,
                           where + QStringLiteral("the answer was not noticed"));
            } else {
                judgeSuccess(outcome, exchange, where);
            }
            demand(!isAnswered || isLast, where + QStringLiteral("sent again after an answer"));
        }
    }

    void judgeSends(const AttemptRecord &record, const Exchange &exchange, const QString &where)
    {
        demand(record.wireSends <= 1, where + QStringLiteral("sent more than once"));
        if (exchange.readsRequest) {
            demand(record.wireSends == 1, where + QStringLiteral("not counted as sent"));
            ++m_expectedRequests;
        }
        const bool isUnsent = record.wireSends == 0;
        if (record.failure && record.failure->kind != FailureKind::Timeout)
            demand((record.failure->safety == Safety::NotSent) == isUnsent,
                   where + QStringLiteral("safety does not fit the count"));
    }

    void judgeSuccess(const Outcome &outcome, const Exchange &exchange, const QString &where)
    {
        demand(exchange.status > 0, where + QStringLiteral("a success without an answer"));
        if (exchange.isStream)
            judgeStream(outcome, exchange, where);
        if (exchange.isCut() && !exchange.isFramed)
            return;
        demand(!exchange.isCut(), where + QStringLiteral("a truncation was called a success"));
        const auto hash = [](const QByteArray &bytes) {
            return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
        };
        demand(hash(outcome.body) == hash(exchange.body),
               where
                   + QStringLiteral("the body's SHA-256 differs, %1 bytes of %2")
                         .arg(outcome.body.size())
                         .arg(exchange.body.size()));
    }

    void judgeStream(const Outcome &outcome, const Exchange &exchange, const QString &where)
    {
        StreamReader reader(Dialect::find(QStringLiteral("openai-chat")));
        reader.feed(outcome.body);
        const auto verdict = reader.finish(!outcome.failure).verdict;
        const bool isComplete = verdict == StreamVerdict::Complete;
        // Without the line ends behind it the terminal event still counts.
        const bool isOpen = exchange.isCut() && exchange.sent >= exchange.body.size() - 2;
        if (!isOpen)
            demand(isComplete == !exchange.isCut(),
                   where + QStringLiteral("the stream was judged ") + keyOf(verdict));
    }

    // Qt repeats what has no body by itself, so attempts and exchanges do not go together.
    void judgeGet(const Outcome &outcome)
    {
        for (const AttemptRecord &record : outcome.attempts)
            m_expectedRequests += record.wireSends;
        if (outcome.failure)
            return;
        const auto last = std::min<qsizetype>(m_expectedRequests, m_schedule.exchanges.size()) - 1;
        if (last >= 0)
            judgeSuccess(outcome, m_schedule.exchanges.at(last), QStringLiteral("GET: "));
    }

    void judgeCounts()
    {
        // Behind a lost connection Qt may repeat a request without a body once more than it tells.
        const int hidden = m_schedule.isGet ? 1 : 0;
        demand(m_counted.requests == m_expectedRequests
                   || m_counted.requests == m_expectedRequests + hidden,
               QStringLiteral("the peer counted %1 requests, %2 were reported")
                   .arg(m_counted.requests)
                   .arg(m_expectedRequests));
        demand(m_counted.wrongBodies == 0,
               QStringLiteral("%1 requests arrived with another body").arg(m_counted.wrongBodies));
        // Not equal: behind an answer that ends with its connection Qt may connect once more, and
        // send nothing.
        const qsizetype least = m_position - (m_schedule.isKeptAlive ? 1 : 0);
        demand(m_schedule.isGet || m_counted.connections >= least,
               QStringLiteral("the peer counted %1 connections for %2 attempts")
                   .arg(m_counted.connections)
                   .arg(m_position));
    }

    const qsizetype m_skipAt;
    const qsizetype m_nobodyAt;
    const unsigned m_live;
    unsigned m_given = 0;
    qsizetype m_records = 0;
    qsizetype m_attempts = 0;
    const Schedule &m_schedule;
    const QList<Outcome> &m_outcomes;
    const Counted &m_counted;
    qsizetype m_position = 0;
    int m_expectedRequests = 0;
    QStringList m_complaints;
};

//! Attempts that failed and began no connection of their own; none of them needs an explanation
//! before Qt 6.8.
unsigned givenConnections(const QList<Outcome> &outcomes)
{
    if (QLibraryInfo::version() < QVersionNumber(6, 8))
        return 0;
    constexpr unsigned most = 8;
    unsigned count = 0;
    for (const Outcome &outcome : outcomes) {
        for (const AttemptRecord &record : outcome.attempts)
            count += record.failure && record.reusedConnection ? 1U : 0U;
    }
    return std::min(count, most);
}

} // namespace

QStringList deviations(const Schedule &schedule, const QList<Outcome> &outcomes,
                       const Counted &counted)
{
    const auto judge = [&](qsizetype skipAt, qsizetype nobodyAt, unsigned live) {
        return Judge(schedule, outcomes, counted, skipAt, nobodyAt, live).judge();
    };
    const QStringList found = judge(-1, -1, 0);
    if (found.isEmpty())
        return {};
    qsizetype attempts = 0;
    for (const Outcome &outcome : outcomes)
        attempts += outcome.attempts.size();
    // Behind a lost connection Qt may connect once more and send nothing: then the next attempt
    // meets the exchange after the next. The counts must fit all the same.
    const bool mayShift =
        !schedule.isGet && counted.connections > attempts - (schedule.isKeptAlive ? 1 : 0);
    // Qt 6.8 connects once more, does not tell, and gives the next attempt that connection: then it
    // is sound.
    const unsigned given = givenConnections(outcomes);
    for (unsigned live = 0; live < (1U << given); ++live) {
        if (live > 0 && judge(-1, -1, live).isEmpty())
            return {};
        for (qsizetype at = 0; mayShift && at < attempts; ++at) {
            if (judge(at, -1, live).isEmpty())
                return {};
        }
        // Qt may report the end of a connection once more, and to the attempt that was begun on it
        // meanwhile; with the waits that policies have, it is long over.
        for (qsizetype at = 1; at < attempts; ++at) {
            if (judge(-1, at, live).isEmpty())
                return {};
        }
    }
    return found;
}

} // namespace Retryscope::Test
