// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timelinemodel.h"

#include <array>
#include <vector>

namespace Retryscope {

//! \brief What the events of one attempt say, kept as they came, and the row that follows from it.
//!
//! The row is derived anew from the facts, so that it does not depend on the order in which stamps
//! of the wire and of Qt's signals arrive.
class AttemptFacts
{
public:
    //! True if the row has to be derived anew. Events of the body never are a reason: a long answer
    //! would make it quadratic.
    bool add(const TraceEvent &event);
    //! Everything that is open ends here, unless attempt.finished came before.
    void finish(std::chrono::microseconds t);

    //! Sets all that attempts have but TimelineRow::events.
    void fill(TimelineRow &row) const;

private:
    using Stamp = std::chrono::microseconds;

    //! A stretch of name look-up, connecting or TLS.
    struct Stretch
    {
        Stamp begin{0};
        std::optional<Stamp> end;
        QString address;
        bool failed = false;
    };

    //! An end that its own side told no beginning for.
    struct LooseEnd
    {
        Stamp t{0};
        bool failed = false;
    };

    struct Send
    {
        Stamp t{0};
        int number = 1;
    };

    struct SetUp
    {
        std::vector<Stretch> stretches;
        std::vector<LooseEnd> looseEnds;
    };

    //! What one side, the wire or the client, has told.
    struct Side
    {
        std::array<SetUp, 3> setUp; // Dns, Connect, Tls
        std::vector<Send> sends;
        std::optional<Stamp> responseStarted;

        bool hasSetUp() const;
    };

    //! A span, and what else has to be known to go on from it.
    struct Derived
    {
        TimelineSpan span;
        bool failed = false;
    };

    void beginStretch(Side &side, TimelinePhase phase, const TraceEvent &event);
    void endStretch(Side &side, TimelinePhase phase, const TraceEvent &event);
    void addFinish(const TraceEvent &event);

    std::vector<Derived> setUpSpans() const;
    std::optional<LooseEnd> endByClient(TimelinePhase phase, Stamp begin) const;
    void closeOpenSpans(std::vector<Derived> &setUp) const;
    bool failedWhileSettingUp() const;
    std::vector<Send> sends() const;
    std::optional<Stamp> response() const;
    void addRequests(std::vector<TimelineSpan> &spans, const std::vector<Derived> &setUp) const;
    void addWaiting(std::vector<TimelineSpan> &spans, const std::vector<Derived> &setUp) const;
    void addSpan(std::vector<TimelineSpan> &spans, const TimelineSpan &span) const;

    Side m_wire;
    Side m_client;
    std::optional<Stamp> m_started;
    std::optional<Stamp> m_earliest;
    std::optional<Stamp> m_head;
    std::optional<Stamp> m_finished;
    bool m_usesTls = false;
    QString m_fault;
    QJsonObject m_failure;
    int m_status = 0;
};

} // namespace Retryscope
