// SPDX-License-Identifier: MIT
#include "core/retry/oneshotbody_p.h"

#include <algorithm>
#include <cstring>

namespace Retryscope {

OneShotBody::OneShotBody(const QByteArray &data, const Clock *clock, QObject *parent)
    : QIODevice(parent)
    , m_data(data)
    , m_clock(clock)
{
    // Unbuffered: QIODevice's own buffer would be a second copy of what is taken.
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

qint64 OneShotBody::bytesAvailable() const
{
    return QIODevice::bytesAvailable() + m_data.size() - m_taken;
}

qint64 OneShotBody::readData(char *data, qint64 maxSize)
{
    if (m_taken >= m_data.size())
        return -1;
    const qint64 count = std::min<qint64>(maxSize, m_data.size() - m_taken);
    std::memcpy(data, m_data.constData() + m_taken, static_cast<size_t>(count));
    m_taken += count;
    m_lastTaken = m_clock->now();
    return count;
}

qint64 OneShotBody::writeData(const char *, qint64)
{
    return -1;
}

} // namespace Retryscope

#include "moc_oneshotbody_p.cpp"
