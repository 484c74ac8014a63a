// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/timeline/stamplist.h"
#include "core/trace/traceevent.h"

#include <QtCore/QAbstractListModel>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QPointer>

#include <chrono>
#include <memory>
#include <optional>

namespace Retryscope {

class Trace;

//! \brief One stretch: stamps, never durations.
struct RETRYSCOPE_EXPORT TimelineSpan
{
    Q_GADGET
public:
    //! \brief A stretch of an attempt's bar. Where an attempt has stamps of the wire for a
    //! boundary, they are used; else those of Qt's signals.
    enum class Phase {
        Dns,
        Connect, //!< one per address tried
        Tls,
        Request, //!< the connection is ready, the request has not left
        Waiting, //!< it has left, no byte of the response has come
        Body,    //!< from the first byte of the response, its head included, to the end
    };
    Q_ENUM(Phase)

    Phase phase = Phase::Dns;
    std::chrono::microseconds begin{0};
    //! None while it lasts.
    std::optional<std::chrono::microseconds> end;
    //! Measured on the wire, not by Qt's signals.
    bool onWire = false;

    friend bool operator==(const TimelineSpan &, const TimelineSpan &) = default;
};

using TimelinePhase = TimelineSpan::Phase;

//! \brief A row: an attempt or a wait. Attempt, wait, attempt, ... in order of time.
struct RETRYSCOPE_EXPORT TimelineRow
{
    enum class Kind { Attempt, Wait };

    Kind kind = Kind::Attempt;
    //! The attempt, or the attempt that the wait follows.
    int attempt = 0;
    std::chrono::microseconds begin{0};
    std::optional<std::chrono::microseconds> end;

    // Attempts
    QList<TimelineSpan> spans;
    //! Stamps of stream events.
    StampList events;
    //! Stamps of copies of the request that Qt sent on its own, after the first.
    QList<std::chrono::microseconds> resends;
    //! The Failure as attempt.finished carries it; empty while it runs and where there was none.
    QJsonObject failure;
    int status = 0;
    bool finished = false;
    //! The fault's text form; empty without one.
    QString fault;

    // Waits
    std::chrono::microseconds planned{0};
    std::chrono::microseconds base{0};
    double factor = 1.0;
    //! The kind of failure that caused it: "Dns".
    QString reason;
    //! Ended before its time by "retry now" or by a stop.
    bool cutShort = false;

    friend bool operator==(const TimelineRow &, const TimelineRow &) = default;
};

//! \brief The rows of a trace, live while it grows, without words or colours: those come from the
//! view's side.
class RETRYSCOPE_EXPORT TimelineModel final : public QAbstractListModel
{
    Q_OBJECT
public:
    enum Role { RowRole = Qt::UserRole + 1 };

    explicit TimelineModel(QObject *parent = nullptr);
    ~TimelineModel() override;

    //! Shows this trace from its beginning and follows it; null: none. Borrowed; it may be
    //! destroyed first, the rows stay.
    void setTrace(Trace *trace);

    const TimelineRow &row(int index) const;
    //! The last stamp known, the right end of a picture that is not live.
    std::chrono::microseconds duration() const;
    //! True after run.finished.
    bool isFinished() const;

    int rowCount(const QModelIndex &parent = {}) const override;
    //! Qt::DisplayRole gives the row's attempt number; RowRole the TimelineRow.
    QVariant data(const QModelIndex &index, int role) const override;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::TimelineRow)
