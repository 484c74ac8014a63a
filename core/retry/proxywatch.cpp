// SPDX-License-Identifier: MIT
#include "core/retry/proxywatch.h"

#include <utility>

namespace Retryscope {

namespace {

// QNetworkAccessManager's channelCount in qhttpnetworkconnection.cpp: behind a proxy that closes,
// each of them connects once.
constexpr int Channels = 6;

// Qt may have a good reason to connect more than once: a proxy with addresses of two families,
// another request that takes the first connection.
constexpr std::chrono::seconds Patience{30};
// One connection is as it should be, and a proxy may take its time: more of it than any proxy has
// for a server that does not answer.
constexpr std::chrono::seconds FirstPatience{180};
// Every channel has been tried, and none got through.
constexpr std::chrono::seconds LastPatience{1};

} // namespace

ProxyWatch::ProxyWatch(Clock *clock, std::function<void()> giveUp)
    : m_clock(clock)
    , m_giveUp(std::move(giveUp))
{}

ProxyWatch::~ProxyWatch() = default;

void ProxyWatch::noteName()
{
    m_isName = true;
}

void ProxyWatch::noteConnect(int connects, bool isAlone)
{
    if (connects < 2 && !m_isName)
        return;
    if (!m_timer)
        m_timer = m_clock->createTimer();
    if (connects < 2) {
        m_timer->start(FirstPatience, m_giveUp);
        return;
    }
    const bool isLast = connects >= Channels && isAlone;
    m_timer->start(isLast ? LastPatience : Patience, m_giveUp);
}

void ProxyWatch::stop()
{
    if (m_timer)
        m_timer->stop();
}

} // namespace Retryscope
