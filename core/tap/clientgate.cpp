// SPDX-License-Identifier: MIT
#include "core/tap/clientgate_p.h"

#include "core/tap/streamsocket_p.h"

#include <algorithm>
#include <chrono>

using namespace std::chrono_literals;

namespace Retryscope {

namespace {

// A client that is awake reads within microseconds; one that is not is asked once a millisecond.
constexpr int eagerPolls = 50;

} // namespace

ClientGate::ClientGate(StreamSocket *client, QObject *reader, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_echo(reader)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_waited = m_polls > eagerPolls;
        Q_EMIT opened();
    });
}

bool ClientGate::pass(qsizetype size)
{
    if (m_unreadAtMost + size > most)
        m_unreadAtMost = unread();
    if (m_unreadAtMost + size > most || !m_echo.isReady())
        return false;
    m_unreadAtMost += size;
    m_echo.passed(size);
    m_polls = 0;
    m_waited = false;
    return true;
}

bool ClientGate::isIdle()
{
    if (m_unreadAtMost > 0)
        m_unreadAtMost = unread();
    return m_unreadAtMost == 0;
}

void ClientGate::wait()
{
    if (m_timer.isActive())
        return;
    m_timer.start(m_polls < eagerPolls ? 0ms : 1ms);
    ++m_polls;
}

void ClientGate::cancel()
{
    m_timer.stop();
}

qint64 ClientGate::unread()
{
    // Waiting in the tap itself.
    if (m_client->bytesToWrite() > 0)
        return most;
    if (const std::optional<qint64> known = m_probe.unread(m_client->descriptor()))
        return *known;
    // Nobody knows. One piece a millisecond is slow enough as long as the client's thread runs.
    m_polls = std::max(m_polls, eagerPolls);
    return m_waited ? 0 : most;
}

} // namespace Retryscope

#include "moc_clientgate_p.cpp"
