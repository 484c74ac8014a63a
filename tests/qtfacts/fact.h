// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVersionNumber>

#include <limits>

//! \file
//! \brief What bare QNetworkAccessManager did when it was measured, a column for each Qt version,
//! and how a Qt that does something else is told. No code of ours is under test here: these rows
//! are the reasons for what core/retry does, and fail where a reason has changed.

namespace Retryscope::Test {

//! From how many to how many.
struct Count
{
    int least = 0;
    int most = 0;

    bool holds(int number) const { return number >= least && number <= most; }

    friend bool operator==(const Count &, const Count &) = default;
};

constexpr Count exactly(int number)
{
    return {number, number};
}

constexpr Count between(int least, int most)
{
    return {least, most};
}

constexpr Count atLeast(int number)
{
    return {number, std::numeric_limits<int>::max()};
}

QString toText(Count count);

//! \brief How one request went.
struct Observation
{
    //! "RemoteHostClosedError, no status"; "NoError, status 200, body whole"; "no end".
    QString end;
    //! What the server counted: whole requests, or connections where none could come.
    int copies = 0;

    friend bool operator==(const Observation &, const Observation &) = default;
};

QString toText(const Observation &observation);

//! \brief What a Qt version and those after it do, until the next column.
struct Column
{
    QVersionNumber since;
    //! What may happen. More than one where it is a race that has been seen to fall either way.
    QStringList ends;
    Count copies;
    //! False where it was only taken over from the column before.
    bool isMeasured = true;
};

using Columns = QList<Column>;

//! As measured on Qt 6.4.2.
Column qt64(const QStringList &ends, Count copies);
//! As measured on Qt 6.8.2.
Column qt68(const QStringList &ends, Count copies);
//! Both were measured and do the same.
Columns inBoth(const QStringList &ends, Count copies);
//! Qt 6.8.2 has not been measured: what 6.4.2 does is expected of it.
Columns in64Only(const QStringList &ends, Count copies);

//! The last column that is not newer than \a qt; the first where all are. \a columns is not empty.
const Column &columnFor(const Columns &columns, const QVersionNumber &qt);

//! \brief A sentence about Qt, what was recorded, and what of ours stands on it.
struct Fact
{
    QString sentence;
    Columns columns;
    //! Files of core, and what they do because of it.
    QString dependents;
};

//! Empty where \a observation is among what was recorded for \a qt; else which fact it is, what
//! this Qt did, what was recorded and which code to look at.
QString complaintAbout(
    const Fact &fact, const Observation &observation,
    const QVersionNumber &qt = QVersionNumber::fromString(QString::fromLatin1(qVersion())));

} // namespace Retryscope::Test
