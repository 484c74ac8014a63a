// SPDX-License-Identifier: MIT
#include "ui/response/slicedsearch.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

SlicedSearch::SlicedSearch(qint64 slice, QObject *parent) : QObject(parent), m_slice(slice)
{
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &SlicedSearch::goOn);
}

void SlicedSearch::start(qint64 from, qint64 size, Finder finder)
{
    m_finder = std::move(finder);
    m_start = m_at = std::clamp<qint64>(from, 0, size);
    m_end = size;
    m_isWrapped = false;
    m_timer.start();
    goOn();
}

bool SlicedSearch::stop()
{
    const bool runs = m_timer.isActive();
    m_timer.stop();
    return runs;
}

void SlicedSearch::goOn()
{
    const qint64 end = std::min(m_at + m_slice, m_end);
    const qint64 place = m_finder(m_at, end);
    m_at = end;
    if (place < 0 && end < m_end)
        return;
    if (place < 0 && !m_isWrapped && m_start > 0) {
        m_isWrapped = true;
        m_at = 0;
        m_end = m_start;
        return;
    }
    m_timer.stop();
    Q_EMIT finished(place);
}

} // namespace Retryscope
