// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/failure.h"

#include <QtCore/QByteArray>
#include <QtCore/QIODevice>
#include <QtCore/QObject>
#include <QtCore/QPointer>

#include <optional>

namespace Retryscope {

//! \brief Reads a request body from a device, once, from where it stands, into one buffer that all
//! attempts share.
//!
//! A random-access device is read whole in read(); a sequential one may need the event loop, then
//! done() comes later.
class BodyReader final : public QObject
{
    Q_OBJECT
public:
    //! \a declared is the Content-Length that the caller set, if any.
    BodyReader(QIODevice *device, std::optional<qint64> declared, QObject *parent = nullptr);

    //! Reads what is there. True if that was all, or if it failed.
    bool read();

    //! Nothing more is read, and nothing is told.
    void cancel() { m_isDone = true; }

    const QByteArray &data() const { return m_data; }

    const std::optional<Failure> &failure() const { return m_failure; }

Q_SIGNALS:
    void done();

private:
    bool readRandomAccess(QIODevice &device);
    bool readSequential(QIODevice &device);
    bool finish();
    bool fail(const QString &cause, const QString &message);
    bool isComplete() const;
    void readMore(bool isEnd);
    bool append(const QByteArray &chunk);

    // Guarded: the caller may destroy the device while a sequential body is still coming in.
    QPointer<QIODevice> m_device;
    const std::optional<qint64> m_declared;
    QByteArray m_data;
    std::optional<Failure> m_failure;
    bool m_isDone = false;
    bool m_isReading = false;
    //! The device has nothing to give beyond what it has now.
    bool m_isLast = false;
};

} // namespace Retryscope
