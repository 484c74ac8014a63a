// SPDX-License-Identifier: MIT
#include "core/retry/bodyreader_p.h"

#include "core/retry/classify.h"

#include <algorithm>
#include <new>

namespace Retryscope {

namespace {

constexpr qint64 ChunkSize = 64 * 1024;

} // namespace

BodyReader::BodyReader(QIODevice *device, std::optional<qint64> declared, QObject *parent)
    : QObject(parent)
    , m_device(device)
    , m_declared(declared)
{}

bool BodyReader::read()
{
    QIODevice *device = m_device;
    if (!device)
        return finish();
    if (!device->isOpen() || !device->isReadable()) {
        return fail(QStringLiteral("BodyClosed"),
                    QStringLiteral("The device with the request's body is not open for reading."));
    }
    if (!device->isSequential())
        return readRandomAccess(*device);
    connect(device, &QIODevice::readyRead, this, [this] { readMore(false); });
    connect(device, &QIODevice::readChannelFinished, this, [this] { readMore(true); });
    // To close is how some pipes say that they have no more to give.
    connect(device, &QIODevice::aboutToClose, this, [this] { readMore(true); });
    // What goes away without a word has broken off.
    connect(device, &QObject::destroyed, this, [this] {
        if (!m_isDone
            && fail(QStringLiteral("BodyUnreadable"),
                    QStringLiteral("The device with the request's body was destroyed before its "
                                   "end."))) {
            Q_EMIT done();
        }
    });
    return readSequential(*device);
}

bool BodyReader::readRandomAccess(QIODevice &device)
{
    const qint64 there = std::max<qint64>(device.size() - device.pos(), 0);
    const qint64 wanted = m_declared ? std::min(*m_declared, there) : there;
    // One allocation of the right size: growing would need up to two bodies for a moment.
    try {
        m_data.resize(wanted);
    } catch (const std::bad_alloc &) {
        return fail(
            QStringLiteral("BodyTooLarge"),
            QStringLiteral("The request's body of %1 bytes does not fit into memory.").arg(wanted));
    }
    qint64 have = 0;
    while (have < wanted) {
        const qint64 got = device.read(m_data.data() + have, wanted - have);
        if (got <= 0) {
            const QString why = device.errorString();
            return fail(QStringLiteral("BodyUnreadable"),
                        QStringLiteral("The request's body could not be read: %1.").arg(why));
        }
        have += got;
    }
    return finish();
}

bool BodyReader::readSequential(QIODevice &device)
{
    while (!isComplete()) {
        const qint64 left = m_declared ? *m_declared - m_data.size() : ChunkSize;
        const qint64 before = m_data.size();
        const qint64 room = std::min(left, std::max(ChunkSize, device.bytesAvailable()));
        m_data.resize(before + room);
        const qint64 got = device.read(m_data.data() + before, room);
        m_data.resize(before + std::max<qint64>(got, 0));
        if (got < 0)
            return finish();
        if (got == 0)
            return false;
    }
    return finish();
}

bool BodyReader::isComplete() const
{
    return m_declared && m_data.size() >= *m_declared;
}

void BodyReader::readMore(bool isEnd)
{
    QIODevice *device = m_device;
    if (m_isDone || !device)
        return;
    if (readSequential(*device) || (isEnd && finish()))
        Q_EMIT done();
}

bool BodyReader::finish()
{
    m_isDone = true;
    if (m_declared && m_data.size() < *m_declared) {
        return fail(QStringLiteral("BodyTooShort"),
                    QStringLiteral("The request's body ended after %1 bytes, but its "
                                   "Content-Length says %2.")
                        .arg(m_data.size())
                        .arg(*m_declared));
    }
    return true;
}

bool BodyReader::fail(const QString &cause, const QString &message)
{
    m_isDone = true;
    m_data.clear();
    m_failure = configFailure(cause, message);
    return true;
}

} // namespace Retryscope

#include "moc_bodyreader_p.cpp"
