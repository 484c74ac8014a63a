// SPDX-License-Identifier: MIT
#include "tests/qtfacts/fact.h"

namespace Retryscope::Test {

namespace {

QString recordedText(const Column &column)
{
    return column.ends.join(QStringLiteral(" | ")) + QStringLiteral("; copies: ")
           + toText(column.copies);
}

} // namespace

QString toText(Count count)
{
    if (count.least == count.most)
        return QString::number(count.least);
    if (count.most == std::numeric_limits<int>::max())
        return QStringLiteral("%1 or more").arg(count.least);
    return QStringLiteral("%1 to %2").arg(count.least).arg(count.most);
}

QString toText(const Observation &observation)
{
    return QStringLiteral("%1; copies: %2").arg(observation.end).arg(observation.copies);
}

Column qt64(const QStringList &ends, Count copies)
{
    return {QVersionNumber(6, 4), ends, copies, true};
}

Column qt68(const QStringList &ends, Count copies)
{
    return {QVersionNumber(6, 8), ends, copies, true};
}

Columns inBoth(const QStringList &ends, Count copies)
{
    return {qt64(ends, copies), qt68(ends, copies)};
}

Columns in64Only(const QStringList &ends, Count copies)
{
    Column assumed = qt68(ends, copies);
    assumed.isMeasured = false;
    return {qt64(ends, copies), assumed};
}

const Column &columnFor(const Columns &columns, const QVersionNumber &qt)
{
    Q_ASSERT(!columns.isEmpty());
    const Column *found = &columns.first();
    for (const Column &column : columns) {
        if (column.since <= qt)
            found = &column;
    }
    return *found;
}

QString complaintAbout(const Fact &fact, const Observation &observation, const QVersionNumber &qt)
{
    const Column &column = columnFor(fact.columns, qt);
    if (column.ends.contains(observation.end) && column.copies.holds(observation.copies))
        return {};
    const QString origin = column.isMeasured
                               ? QStringLiteral("recorded for Qt %1").arg(column.since.toString())
                               : QStringLiteral("assumed for Qt %1, where it was never measured")
                                     .arg(column.since.toString());
    return QStringLiteral("QNetworkAccessManager does not do what core/retry was built on.\n"
                          "   fact: %1\n"
                          "   Qt %2 did: %3\n"
                          "   %4: %5\n"
                          "   depends on it: %6")
        .arg(fact.sentence, qt.toString(), toText(observation), origin, recordedText(column),
             fact.dependents);
}

} // namespace Retryscope::Test
