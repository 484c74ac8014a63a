// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"
#include "core/trace/bodystore.h"
#include "core/trace/traceevents.h"

#include <QtCore/QObject>

#include <limits>
#include <optional>

QT_BEGIN_NAMESPACE
class QDeadlineTimer;
class QIODevice;
QT_END_NAMESPACE

namespace Retryscope {

class TraceReader;

//! \brief How much of a run is kept, and where.
struct RETRYSCOPE_EXPORT TraceLimits
{
    //! In bytes, for each of body and events: what is beyond lies in a temporary file.
    qint64 memory = SpillBuffer::UsualMemory;
    //! In bytes: what is beyond of a body is not kept.
    qint64 body = std::numeric_limits<qint64>::max();
};

//! \brief The events of one run in the order they became known: the one source of the timeline, the
//! history and every export. Only a TraceRecorder appends (a reader of files fills its own).
//!
//! Stamps of different sources may interleave: an event with an earlier stamp can follow a later
//! one.
class RETRYSCOPE_EXPORT Trace final : public QObject
{
    Q_OBJECT
public:
    explicit Trace(QObject *parent = nullptr);
    //! Other limits than usual.
    explicit Trace(const TraceLimits &limits, QObject *parent = nullptr);
    ~Trace() override;

    const TraceEvents &events() const { return m_events; }

    //! The bytes of the response's body, where the recorder was given them: Runner::setKeepsBody().
    //! A trace that was loaded has none.
    const BodyStore &body() const { return m_body; }

    //! One JSON object a line. False if the device refuses; its errorString() says why.
    bool save(QIODevice *device) const;
    //! Fills this trace, which must be empty, from an open device. An unknown event name or field
    //! is skipped; a damaged line is an error that names the line, and then the trace stays empty.
    std::optional<InputError> load(QIODevice *device);
    //! Appends what \a reader gives until \a deadline, but one event at least. True: there is more;
    //! false: that was all; an error: what was read before it stays.
    Result<bool> loadMore(TraceReader &reader, QDeadlineTimer deadline);

Q_SIGNALS:
    void eventAppended(const Retryscope::TraceEvent &event);

private:
    friend class TraceRecorder;
    void append(TraceEvent event);

    TraceEvents m_events;
    BodyStore m_body;
};

} // namespace Retryscope
