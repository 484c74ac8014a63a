// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/sandbox/routes_p.h"

#include <QtCore/QByteArray>

#include <optional>

namespace Retryscope {

//! \brief Lets calls in: those with the key, and not too many of them in a minute.
//!
//! \par Ownership
//! The clock is borrowed and must outlive it.
class Gate
{
public:
    //! No key: everybody may come in. No limit (0): at any rate.
    Gate(Clock *clock, const QByteArray &key, int requestsPerMinute);

    //! Why the request gets no answer, in no dialect's words; none: it does. Counts calls.
    std::optional<ApiError> check(const HttpRequestParser &request, const Route &route);
    //! What the answers tell about the limit.
    QList<HttpHeader> limitHeaders(const DialectVoice &voice) const;

private:
    bool hasKey(const HttpRequestParser &request, const Route &route, bool &missing) const;
    int secondsLeft() const;

    Clock *m_clock;
    QByteArray m_keyDigest;
    int m_limit;
    int m_used = 0;
    std::optional<std::chrono::nanoseconds> m_windowStart;
};

} // namespace Retryscope
