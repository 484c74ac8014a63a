// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QIODevice>

#include <algorithm>
#include <cstring>

namespace Retryscope::Test {

//! \brief A body that cannot be rewound. Not core/retry's own: what Qt does with any such device is
//! the fact, whatever ours looks like.
class OneShotDevice final : public QIODevice
{
public:
    explicit OneShotDevice(const QByteArray &data) : m_left(data)
    {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    bool isSequential() const override { return true; }

    bool reset() override { return false; }

    bool atEnd() const override { return m_left.isEmpty(); }

    qint64 bytesAvailable() const override { return QIODevice::bytesAvailable() + m_left.size(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        if (m_left.isEmpty())
            return -1;
        const qint64 count = std::min<qint64>(maxSize, m_left.size());
        std::memcpy(data, m_left.constData(), static_cast<size_t>(count));
        m_left.remove(0, count);
        return count;
    }

    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_left;
};

} // namespace Retryscope::Test
