// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"

#include <QtCore/QByteArray>
#include <QtCore/QIODevice>

#include <chrono>

namespace Retryscope {

//! \brief A request body that can be read once.
//!
//! QNetworkAccessManager sends a body up to four times per reply when connections break
//! (reconnectAttempts in qhttpnetworkconnectionchannel.cpp), and no attribute turns that off. It
//! can only do so if the body's device can be rewound: this one cannot, so one attempt is at most
//! one request on the wire. All attempts share one buffer.
class OneShotBody final : public QIODevice
{
    Q_OBJECT
public:
    OneShotBody(const QByteArray &data, const Clock *clock, QObject *parent = nullptr);

    bool isSequential() const override { return true; }

    //! What nobody has read is at its beginning, and nothing of the request is on the wire: Qt
    //! sends the head together with the first bytes. Qt asks for that, too: a connection's channel
    //! that wants to repeat a request rewinds the body of whichever request it has been given since
    //! (resendCurrent in qhttpnetworkconnectionchannel.cpp), and gives up others where that fails.
    //! A body of no bytes is never read, and its head may be out.
    bool reset() override { return m_taken == 0 && !m_data.isEmpty(); }

    bool seek(qint64) override { return false; }

    bool atEnd() const override { return m_taken >= m_data.size(); }

    qint64 bytesAvailable() const override;

    //! How much was read so far.
    qint64 taken() const { return m_taken; }

    //! When the last of that was read; 0 before.
    std::chrono::nanoseconds lastTaken() const { return m_lastTaken; }

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    const QByteArray m_data;
    const Clock *const m_clock;
    qint64 m_taken = 0;
    std::chrono::nanoseconds m_lastTaken{0};
};

} // namespace Retryscope
