// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QObject>

#include <atomic>
#include <memory>

namespace Retryscope {

//! \brief Keeps a relay from running away from whoever reads at the end of the line.
//!
//! QNetworkAccessManager hands a body from its own thread to the reader's as events without bound,
//! and QNetworkReply::setReadBufferSize() cannot be used behind a SOCKS5 proxy: what is held back
//! lies in QSocks5SocketEngine (Qt 6.4.2, qsocks5socketengine.cpp), which tells of it only when
//! more arrives and throws it away at the end of the connection. So the relay holds back instead.
//! Every so many bytes it leaves a question in the reader's queue of events, behind the bytes that
//! are there already; while two are unanswered, nothing more is passed on.
//!
//! \par Ownership
//! Borrows the reader, any object of its thread.
//! \par Threads
//! Used by one thread; the answer comes from the reader's.
class ReaderEcho final
{
public:
    //! Units: bytes.
    static constexpr qint64 interval = 1024 * 1024;

    //! Without a reader nothing is ever held back.
    explicit ReaderEcho(QObject *reader) : m_reader(reader) {}

    //! False while the reader is that far behind.
    bool isReady() const { return m_asked - m_answered->load(std::memory_order_relaxed) < 2; }

    void passed(qint64 size)
    {
        m_sinceAsked += size;
        if (!m_reader || m_sinceAsked < interval)
            return;
        m_sinceAsked = 0;
        ++m_asked;
        QMetaObject::invokeMethod(
            m_reader,
            [answered = m_answered] { answered->fetch_add(1, std::memory_order_relaxed); },
            Qt::QueuedConnection);
    }

private:
    QObject *m_reader;
    std::shared_ptr<std::atomic<int>> m_answered = std::make_shared<std::atomic<int>>(0);
    int m_asked = 0;
    qint64 m_sinceAsked = 0;
};

} // namespace Retryscope
