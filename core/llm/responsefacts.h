// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/headerfield.h"

#include <QtCore/QDateTime>
#include <QtCore/QList>
#include <QtCore/QString>

#include <chrono>
#include <optional>
#include <vector>

namespace Retryscope {

struct DialectFacts;

//! \brief One of the limits that an endpoint counts. Each number may be missing.
struct RETRYSCOPE_EXPORT RateLimit
{
    //! "requests", "input-tokens".
    QString name;
    std::optional<qint64> limit;
    std::optional<qint64> remaining;
    //! How long until it is full again.
    std::optional<std::chrono::milliseconds> reset;

    friend bool operator==(const RateLimit &, const RateLimit &) = default;
};

//! \brief What the headers of an answer say beside its body.
struct RETRYSCOPE_EXPORT ResponseFacts
{
    QByteArray requestId;
    //! How long the endpoint asks to wait. Anthropic sends it with a 200 too: it means something
    //! only for a status that is retried.
    std::optional<std::chrono::milliseconds> retryAfter;
    //! The word of "x-should-retry".
    std::optional<bool> shouldRetry;
    std::vector<RateLimit> rateLimits;

    //! \a now: for those who send a date. What cannot be read is left out.
    static ResponseFacts read(const QList<HeaderField> &headers, const DialectFacts &dialect,
                              const QDateTime &now);
};

} // namespace Retryscope
