// SPDX-License-Identifier: MIT
#include "core/timeline/timelinemodel.h"

#include "core/timeline/attemptfacts_p.h"
#include "core/trace/trace.h"

#include <QtCore/QHash>

#include <algorithm>
#include <vector>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;
using std::chrono::microseconds;

microseconds stampMember(const QJsonObject &fields, QLatin1StringView name)
{
    return microseconds(fields.value(name).toInteger());
}

// The order of rows: an attempt, the wait that follows it, the next attempt.
qint64 place(TimelineRow::Kind kind, int attempt)
{
    return qint64(attempt) * 2 + (kind == TimelineRow::Kind::Wait ? 1 : 0);
}

template <typename Entries>
auto lowerBound(Entries &entries, TimelineRow::Kind kind, int attempt)
{
    return std::ranges::lower_bound(entries, place(kind, attempt), {}, [](const auto &entry) {
        return place(entry.row.kind, entry.row.attempt);
    });
}

//! Whether nothing here asks for the event's fields. These are nearly all of a long trace, and
//! most of what reading it would cost.
bool isToldByHead(TraceEventName name)
{
    return name == TraceEventName::StreamEvent || name == TraceEventName::StreamDelta
           || name == TraceEventName::BodyData;
}

} // namespace

class TimelineModel::Private
{
public:
    struct Entry
    {
        TimelineRow row;
        AttemptFacts facts; // of an attempt
    };

    explicit Private(TimelineModel *model) : q(model) {}

    void load(const TraceEvents &events);
    void add(const TraceEvent &event);

    TimelineModel *q;
    QPointer<Trace> trace; // the window may replace its runner, and the trace with it
    std::vector<Entry> entries;
    QHash<int, QJsonObject> decisions;
    microseconds duration{0};
    bool finished = false;

private:
    bool m_loading = false; // inside a reset: rows and changes are not announced one by one

    void addToAttempt(const TraceEvent &event);
    void addTick(int at, microseconds t);
    void startWait(const TraceEvent &event);
    void finishWait(const TraceEvent &event);
    void explainWait(int attempt);
    void finishRun(microseconds t);
    int find(TimelineRow::Kind kind, int attempt) const;
    int findOrInsert(TimelineRow::Kind kind, int attempt, microseconds begin);
    void changed(int at);
};

void TimelineModel::Private::load(const TraceEvents &events)
{
    m_loading = true;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const TraceEvent head = events.headAt(i);
        add(isToldByHead(head.name) ? head : events.at(i));
    }
    m_loading = false;
}

void TimelineModel::Private::add(const TraceEvent &event)
{
    duration = std::max(duration, event.t);
    switch (event.name) {
    case TraceEventName::PolicyDecided:
        decisions.insert(event.attempt, event.fields);
        explainWait(event.attempt);
        break;
    case TraceEventName::WaitStarted:
        startWait(event);
        break;
    case TraceEventName::WaitFinished:
        finishWait(event);
        break;
    case TraceEventName::RunFinished:
        finishRun(event.t);
        break;
    case TraceEventName::RunStarted:
    case TraceEventName::BodyData:
    case TraceEventName::StreamDelta:
        break;
    case TraceEventName::AttemptStarted:
    case TraceEventName::DnsStarted:
    case TraceEventName::DnsFinished:
    case TraceEventName::ConnectStarted:
    case TraceEventName::ConnectFinished:
    case TraceEventName::TlsStarted:
    case TraceEventName::TlsFinished:
    case TraceEventName::TlsCertificates:
    case TraceEventName::TlsTerminated:
    case TraceEventName::TlsAnswered:
    case TraceEventName::ConnectionClosed:
    case TraceEventName::RequestSent:
    case TraceEventName::ResponseStarted:
    case TraceEventName::ResponseHead:
    case TraceEventName::StreamEvent:
    case TraceEventName::FaultInjected:
    case TraceEventName::AttemptFinished:
        addToAttempt(event);
        break;
    }
}

void TimelineModel::Private::addToAttempt(const TraceEvent &event)
{
    if (event.attempt < 1)
        return;
    const int at = findOrInsert(TimelineRow::Kind::Attempt, event.attempt, event.t);
    if (event.name == TraceEventName::StreamEvent) {
        addTick(at, event.t);
        return;
    }
    Entry &entry = entries[std::size_t(at)];
    if (!entry.facts.add(event))
        return;
    entry.facts.fill(entry.row);
    changed(at);
    if (event.name == TraceEventName::AttemptFinished)
        explainWait(event.attempt);
}

void TimelineModel::Private::addTick(int at, microseconds t)
{
    entries[std::size_t(at)].row.events.insert(t);
    changed(at);
}

void TimelineModel::Private::startWait(const TraceEvent &event)
{
    const int at = findOrInsert(TimelineRow::Kind::Wait, event.attempt, event.t);
    TimelineRow &row = entries[std::size_t(at)].row;
    row.begin = event.t;
    row.planned = stampMember(event.fields, "delay_us"_L1);
    changed(at);
    explainWait(event.attempt);
}

void TimelineModel::Private::finishWait(const TraceEvent &event)
{
    const int at = findOrInsert(TimelineRow::Kind::Wait, event.attempt, event.t);
    TimelineRow &row = entries[std::size_t(at)].row;
    row.end = event.t;
    row.cutShort = event.fields.value("cut_short"_L1).toBool();
    changed(at);
}

// The reasons for a wait are told by other events than the wait.
void TimelineModel::Private::explainWait(int attempt)
{
    const int at = find(TimelineRow::Kind::Wait, attempt);
    if (at < 0)
        return;
    TimelineRow explained = entries[std::size_t(at)].row;
    const auto decision = decisions.constFind(attempt);
    if (decision != decisions.cend()) {
        explained.base = stampMember(*decision, "base_us"_L1);
        explained.factor = decision->value("factor"_L1).toDouble(1.0);
    }
    const int cause = find(TimelineRow::Kind::Attempt, attempt);
    if (cause >= 0)
        explained.reason = entries[std::size_t(cause)].row.failure.value("kind"_L1).toString();
    if (explained == entries[std::size_t(at)].row)
        return;
    entries[std::size_t(at)].row = explained;
    changed(at);
}

void TimelineModel::Private::finishRun(microseconds t)
{
    finished = true;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        Entry &entry = entries[i];
        if (entry.row.end)
            continue;
        if (entry.row.kind == TimelineRow::Kind::Attempt) {
            entry.facts.finish(t);
            entry.facts.fill(entry.row);
        } else {
            entry.row.end = t;
            entry.row.cutShort = true;
        }
        changed(static_cast<int>(i));
    }
}

int TimelineModel::Private::find(TimelineRow::Kind kind, int attempt) const
{
    const auto found = lowerBound(entries, kind, attempt);
    if (found == entries.end() || found->row.kind != kind || found->row.attempt != attempt)
        return -1;
    return static_cast<int>(found - entries.begin());
}

int TimelineModel::Private::findOrInsert(TimelineRow::Kind kind, int attempt, microseconds begin)
{
    if (const int found = find(kind, attempt); found >= 0)
        return found;
    const auto position = lowerBound(entries, kind, attempt);
    const int at = static_cast<int>(position - entries.begin());
    Entry entry;
    entry.row.kind = kind;
    entry.row.attempt = attempt;
    entry.row.begin = begin;
    if (!m_loading)
        q->beginInsertRows({}, at, at);
    entries.insert(position, std::move(entry));
    if (!m_loading)
        q->endInsertRows();
    return at;
}

void TimelineModel::Private::changed(int at)
{
    if (m_loading)
        return;
    const QModelIndex index = q->index(at);
    Q_EMIT q->dataChanged(index, index, {RowRole});
}

TimelineModel::TimelineModel(QObject *parent)
    : QAbstractListModel(parent)
    , d(std::make_unique<Private>(this))
{}

TimelineModel::~TimelineModel() = default;

void TimelineModel::setTrace(Trace *trace)
{
    if (d->trace)
        disconnect(d->trace, nullptr, this, nullptr);
    beginResetModel();
    d = std::make_unique<Private>(this);
    d->trace = trace;
    if (trace) {
        d->load(trace->events());
        connect(trace, &Trace::eventAppended, this,
                [this](const TraceEvent &event) { d->add(event); });
    }
    endResetModel();
}

const TimelineRow &TimelineModel::row(int index) const
{
    return d->entries.at(std::size_t(index)).row;
}

microseconds TimelineModel::duration() const
{
    return d->duration;
}

bool TimelineModel::isFinished() const
{
    return d->finished;
}

int TimelineModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(d->entries.size());
}

QVariant TimelineModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const TimelineRow &entry = row(index.row());
    if (role == Qt::DisplayRole)
        return entry.attempt;
    if (role == RowRole)
        return QVariant::fromValue(entry);
    return {};
}

} // namespace Retryscope
