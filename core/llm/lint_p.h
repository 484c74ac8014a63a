// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialectfacts.h"
#include "core/llm/finding.h"
#include "core/llm/streamreader.h"

#include <QtCore/QList>

namespace Retryscope {

//! \brief Collects what is odd about a stream while it is read.
class Lint
{
public:
    //! A stream may have as many faults as it has bytes: the first ones are listed, and how many
    //! more there are.
    static constexpr qsizetype MostFindings = 100;

    void add(FindingKind kind, qint64 offset, const QString &text);
    void addDamage(FindingKind kind, const QString &reason, qint64 offset);
    //! Of the answer's header; empty where it has none.
    void checkContentType(const QByteArray &contentType, const DialectFacts &facts);
    //! The tool calls of a whole answer, which ended at \a offset.
    void checkTools(const Answer &answer, qint64 offset);
    //! What halves the reader has replaced so far, all in all.
    void checkHalves(qint64 replaced, qint64 offset);

    //! The stream has ended: says how many were not listed.
    void finish();

    const QList<Finding> &findings() const { return m_findings; }

private:
    QList<Finding> m_findings;
    qint64 m_omitted = 0;
    qint64 m_lastOmitted = 0; // its offset
    qint64 m_halves = 0;
};

} // namespace Retryscope
