// SPDX-License-Identifier: MIT
#include "core/sandbox/gate_p.h"

#include "core/llm/dialect.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QUrlQuery>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto window = 60s;

QByteArray digestOf(const QByteArray &key)
{
    return QCryptographicHash::hash(key, QCryptographicHash::Sha256);
}

//! Takes the same time wherever the difference lies. Both are digests.
bool isSame(const QByteArray &a, const QByteArray &b)
{
    char difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference = char(difference | (a[i] ^ b[i]));
    return difference == 0;
}

//! Where a client may have put its key, by the dialect's rules.
QList<QByteArray> keysIn(const HttpRequestParser &request, const Route &route)
{
    QList<QByteArray> keys;
    const auto addFrom = [&](const QByteArray &name, const QByteArray &prefix) {
        const QByteArray value = request.header(name);
        if (value.size() > prefix.size()
            && value.first(prefix.size()).compare(prefix, Qt::CaseInsensitive) == 0)
            keys += value.sliced(prefix.size());
    };
    const HeaderField &usual = route.voice->dialect().facts().keyHeader;
    addFrom(usual.name, usual.value);
    addFrom("Authorization", "Bearer ");
    const QUrlQuery query(QString::fromLatin1(route.path.query));
    const QByteArray inQuery = query.queryItemValue(u"key"_s, QUrl::FullyDecoded).toUtf8();
    if (route.voice->dialect().id() == "gemini"_L1 && !inQuery.isEmpty())
        keys += inQuery;
    return keys;
}

} // namespace

Gate::Gate(Clock *clock, const QByteArray &key, int requestsPerMinute)
    : m_clock(clock)
    , m_keyDigest(key.isEmpty() ? QByteArray() : digestOf(key))
    , m_limit(requestsPerMinute)
{}

bool Gate::hasKey(const HttpRequestParser &request, const Route &route, bool &missing) const
{
    const QList<QByteArray> keys = keysIn(request, route);
    missing = keys.isEmpty();
    return std::any_of(keys.begin(), keys.end(), [this](const QByteArray &key) {
        return isSame(digestOf(key), m_keyDigest);
    });
}

std::optional<ApiError> Gate::check(const HttpRequestParser &request, const Route &route)
{
    bool missing = false;
    if (!m_keyDigest.isEmpty() && !hasKey(request, route, missing))
        return route.voice->keyError(missing);
    if (m_limit == 0 || route.target != Route::Target::Chat)
        return {};
    const auto now = m_clock->now();
    if (!m_windowStart || now - *m_windowStart >= window) {
        m_windowStart = now;
        m_used = 0;
    }
    if (m_used < m_limit) {
        ++m_used;
        return {};
    }
    ApiError error = ApiError::forStatus(429);
    error.retryAfterSeconds = secondsLeft();
    error.message = "Rate limit reached: "_L1 + QString::number(m_limit)
                    + " requests per minute. Please retry in "_L1 + QString::number(secondsLeft())
                    + "s."_L1;
    return error;
}

int Gate::secondsLeft() const
{
    const auto left = m_windowStart ? *m_windowStart + window - m_clock->now() : 0ns;
    return int(std::max<qint64>(std::chrono::ceil<std::chrono::seconds>(left).count(), 0));
}

QList<HttpHeader> Gate::limitHeaders(const DialectVoice &voice) const
{
    if (m_limit == 0)
        return {};
    return voice.rateLimitHeaders(m_limit, m_limit - m_used, secondsLeft());
}

} // namespace Retryscope
