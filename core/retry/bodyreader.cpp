// SPDX-License-Identifier: MIT
#include "core/retry/bodyreader_p.h"

#include "core/retry/classify.h"

#include <algorithm>
#include <new>

namespace Retryscope {

namespace {

constexpr qint64 ChunkSize = 64 * 1024;
constexpr qint64 MaxTurn = 16 * 1024 * 1024;

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
    // Guarded: a device may tell of its progress while it is read, and a receiver may give up.
    const QPointer<BodyReader> self(this);
    for (qint64 turn = 0; !isComplete(); turn += ChunkSize) {
        // Back to the event loop now and then: a device without an end must not stop the total
        // timeout.
        if (turn >= MaxTurn) {
            QMetaObject::invokeMethod(
                this, [this] { readMore(false); }, Qt::QueuedConnection);
            return false;
        }
        const qint64 left = m_declared ? *m_declared - m_data.size() : ChunkSize;
        m_isReading = true;
        const qint64 room = std::min(left, std::max(ChunkSize, device.bytesAvailable()));
        QByteArray chunk(room, Qt::Uninitialized);
        const qint64 got = device.read(chunk.data(), chunk.size());
        if (!self || m_isDone)
            return false;
        m_isReading = false;
        if (got < 0)
            return finish();
        if (got == 0)
            return m_isLast && finish();
        chunk.truncate(got);
        if (!append(chunk))
            return true;
    }
    return finish();
}

bool BodyReader::append(const QByteArray &chunk)
{
    try {
        m_data += chunk;
    } catch (const std::bad_alloc &) {
        fail(QStringLiteral("BodyTooLarge"),
             QStringLiteral("The request's body does not fit into memory: %1 bytes of it came.")
                 .arg(m_data.size() + chunk.size()));
        return false;
    }
    return true;
}

bool BodyReader::isComplete() const
{
    return m_declared && m_data.size() >= *m_declared;
}

void BodyReader::readMore(bool isEnd)
{
    QIODevice *device = m_device;
    m_isLast = m_isLast || isEnd;
    // The device's signals may come out of its own read(), whose caller goes on.
    if (m_isDone || m_isReading || !device)
        return;
    if (readSequential(*device))
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
