// SPDX-License-Identifier: MIT
#include "tests/timeline/timelinetext.h"

using namespace Retryscope;
using namespace Qt::StringLiterals;
using std::chrono::microseconds;

namespace {

QString number(microseconds t)
{
    return QString::number(t.count());
}

QString range(microseconds begin, std::optional<microseconds> end)
{
    return u" ["_s + number(begin) + u' ' + (end ? number(*end) : u"-"_s) + u']';
}

QString word(TimelinePhase phase)
{
    switch (phase) {
    case TimelinePhase::Dns:
        return u"dns"_s;
    case TimelinePhase::Connect:
        return u"connect"_s;
    case TimelinePhase::Tls:
        return u"tls"_s;
    case TimelinePhase::Request:
        return u"request"_s;
    case TimelinePhase::Waiting:
        return u"waiting"_s;
    case TimelinePhase::Body:
        return u"body"_s;
    }
    return u"?"_s;
}

QString stamps(const QString &name, const QList<microseconds> &list)
{
    QString result;
    for (const microseconds t : list)
        result += (result.isEmpty() ? QString(u' ' + name + u' ') : u","_s) + number(t);
    return result;
}

QStringList waitLines(const TimelineRow &row)
{
    QString line = u"wait "_s + QString::number(row.attempt) + range(row.begin, row.end)
                   + u" planned "_s + number(row.planned) + u" = "_s + number(row.base) + u" * "_s
                   + QString::number(row.factor);
    if (!row.reason.isEmpty())
        line += u" after "_s + row.reason;
    if (row.cutShort)
        line += u" cut short"_s;
    return {line};
}

} // namespace

QStringList linesOf(const TimelineRow &row)
{
    if (row.kind == TimelineRow::Kind::Wait)
        return waitLines(row);
    QString line = u"attempt "_s + QString::number(row.attempt) + range(row.begin, row.end);
    if (row.status != 0)
        line += u" status "_s + QString::number(row.status);
    if (!row.failure.isEmpty())
        line += u" failure "_s + row.failure.value("kind"_L1).toString();
    if (!row.fault.isEmpty())
        line += u" fault "_s + row.fault;
    if (row.finished != row.end.has_value())
        line += u" finished is wrong"_s;
    QList<std::chrono::microseconds> events;
    for (qsizetype i = 0; i < row.events.size(); ++i)
        events.append(row.events.at(i));
    line += stamps(u"events"_s, events);
    line += stamps(u"resends"_s, row.resends);
    QStringList lines{line};
    for (const TimelineSpan &span : row.spans) {
        lines << QString(u"  "_s + word(span.phase) + range(span.begin, span.end)
                         + (span.onWire ? u" wire"_s : QString()));
    }
    return lines;
}

QStringList linesOf(const TimelineModel &model)
{
    QStringList lines;
    for (int i = 0; i < model.rowCount(); ++i)
        lines += linesOf(model.row(i));
    return lines;
}
