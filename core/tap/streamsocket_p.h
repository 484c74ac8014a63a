// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QQueue>
#include <QtCore/QSocketNotifier>
#include <QtNetwork/QHostAddress>

#include <memory>

namespace Retryscope {

//! \brief A TCP connection that hides nothing: half-close both ways, and a reset told from an end.
//!
//! QTcpSocket cannot be used for a truthful relay: QNativeSocketEngine reports ECONNRESET as an
//! end of stream (qnativesocketengine_unix.cpp, nativeRead), and a FIN from the peer closes both
//! directions.
//!
//! \par Errors
//! lastError() is the system's number of what failed last.
//! \par Threads
//! Belongs to one thread with an event loop.
class StreamSocket final : public QObject
{
    Q_OBJECT
public:
    enum class Read { Data, Nothing, End, Broken };

    //! For the socket of a listener, before its first connection: what a client has sent, and
    //! nobody read, stays small. Else Linux lets it grow by megabytes (net.ipv4.tcp_rmem), and a
    //! client believes that its request is out while the endpoint takes nothing.
    static void limitBacklog(qintptr listener);

    //! Takes over a connected socket, a client's. What it sends is acknowledged at once.
    explicit StreamSocket(qintptr descriptor, QObject *parent);
    //! Not connected; for connectTo().
    explicit StreamSocket(QObject *parent);
    ~StreamSocket() override;

    //! connected() or connectFailed() follows, always through the event loop.
    void connectTo(const QHostAddress &address, quint16 port);

    bool isOpen() const { return m_descriptor >= 0; }

    quint16 localPort() const;

    int lastError() const { return m_lastError; }

    QString lastErrorText() const;

    //! Off at first: readyRead() comes, repeatedly, while there is something to read.
    void setReading(bool on);
    //! Up to \a maxSize bytes, and never more than 64 KiB.
    Read read(QByteArray *bytes, qsizetype maxSize = 64 * 1024);
    //! What the system does not take at once is kept; bytesToWrite() counts it and drained() says
    //! when it is little again. After a failed write everything is dropped, broken() comes, and
    //! read() still gives what the peer had sent before.
    void write(const QByteArray &bytes);

    qint64 bytesToWrite() const { return m_pendingSize; }

    //! The system has sent everything it took, and the peer's system has it.
    bool isAllSent() const;
    //! The peer has closed or reset the connection, even where what it sent before is not read.
    bool hasPeerLeft() const;

    //! A FIN behind everything that was written.
    void shutdownWrite();

    //! The FIN is out, or will never be needed.
    bool isWriteShut() const { return m_writeShut || m_writeFailed || !isOpen(); }

    //! shutdownWrite() was called, or nothing can be written any more.
    bool isEnding() const { return m_shutdownDue || isWriteShut(); }

    //! An RST, at once.
    void reset();
    //! A FIN, or an RST where the peer's bytes were not read: what close(2) does.
    void close();

Q_SIGNALS:
    void connected();
    void connectFailed();
    void readyRead();
    void drained();
    void writeShut();
    //! The peer reset the connection, noticed while writing.
    void broken();

private:
    void adopt(int descriptor);
    void watchConnect();
    void acknowledge();
    void flush();
    void sendFin();
    void failWriting(int error);

    int m_descriptor = -1;
    int m_lastError = 0;
    bool m_acknowledgesAtOnce = false;
    bool m_connecting = false;
    bool m_shutdownDue = false;
    bool m_writeShut = false;
    bool m_writeFailed = false;
    std::unique_ptr<QSocketNotifier> m_readable;
    std::unique_ptr<QSocketNotifier> m_writable;
    QQueue<QByteArray> m_pending;
    qsizetype m_firstOffset = 0;
    qint64 m_pendingSize = 0;
};

} // namespace Retryscope
