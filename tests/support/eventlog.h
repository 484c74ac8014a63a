// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/retryingreply.h"

#include <QtCore/QPointer>
#include <QtCore/QStringList>

namespace Retryscope::Test {

//! \brief What a reply told, one line a signal, in order:
//!
//!     1 started
//!     1 failed Io
//!     wait 200ms
//!     2 started
//!     status 200
//!     finished
//!
//! The end of a failed request is "stop REASON", "error CODE" and "finished". How often data and
//! progress are told depends on the network, so they are not lines.
class EventLog final
{
public:
    EventLog() = default;

    explicit EventLog(RetryingReply *reply) { watch(reply); }

    EventLog(const EventLog &) = delete;
    EventLog &operator=(const EventLog &) = delete;

    //! Must not outlive this log, or be its last act.
    void watch(RetryingReply *reply);

    void add(const QString &line) { m_lines.append(line); }

    const QStringList &lines() const { return m_lines; }

    //! For the next reply.
    void clear() { m_lines.clear(); }

    bool isFinished() const { return m_finished > 0; }

    //! How often finished() came.
    int finishedCount() const { return m_finished; }

private:
    QStringList m_lines;
    int m_finished = 0;
    // Cuts the connections when the log goes before the reply.
    QObject m_context;
};

} // namespace Retryscope::Test
