// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/hpack.h"
#include "tests/support/http2peer.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QMutex>
#include <QtCore/QObject>
#include <QtNetwork/QSslSocket>

#include <functional>
#include <map>
#include <memory>

namespace Retryscope::Test {

namespace Http2 {

enum FrameType : quint8 {
    Data = 0,
    Headers = 1,
    Priority = 2,
    RstStream = 3,
    Settings = 4,
    PushPromise = 5,
    Ping = 6,
    GoAway = 7,
    WindowUpdate = 8,
    Continuation = 9,
};

enum FrameFlag : quint8 {
    EndStream = 0x1, // of DATA and HEADERS
    Ack = 0x1,       // of SETTINGS and PING
    EndHeaders = 0x4,
    Padded = 0x8,
    HasPriority = 0x20,
};

QByteArray bytesOf(quint32 number);

} // namespace Http2

//! \brief What a peer has seen so far. Shared by its thread and the test's.
class Http2Record final
{
public:
    mutable QMutex mutex;
    QList<Http2Request> requests;
    QList<Http2Connection> connections;
};

//! \brief What the connections of one peer have in common.
struct Http2Context
{
    QList<Http2::Script> scripts;
    Http2PeerOptions options;
    std::shared_ptr<Http2Record> record;
    //! Something was received that a script of another connection may wait for.
    std::function<void()> onProgress;
};

//! \brief One connection of an Http2Peer.
class Http2Session final : public QObject
{
public:
    Http2Session(qintptr descriptor, std::shared_ptr<const Http2Context> context, QObject *parent);

    //! Takes as many steps as can be taken now.
    void proceed();

private:
    struct Stream
    {
        quint32 id = 0;
        HeaderFields fields; //!< of HTTP/1.1
        Http2::Script script;
        qsizetype step = 0;
        qsizetype request = 0; //!< its place in the record
        qint64 bodySize = 0;
        std::shared_ptr<QCryptographicHash> hash;
        bool isWhole = false;
        qint64 sendWindow = 0;
        qsizetype sent = 0; //!< of the step's bytes
        bool isPinging = false;
    };

    void read();
    void choose();
    void greet();
    void takeFrames();
    void takeFrame(quint8 type, quint8 flags, quint32 stream, QByteArray payload);
    void takeHeaders(quint8 flags, quint32 stream, const QByteArray &payload);
    void takeFragment(quint8 flags, quint32 stream, const QByteArray &fragment);
    void takeData(quint8 flags, quint32 stream, const QByteArray &payload);
    void takeSettings(quint8 flags, const QByteArray &payload);
    void takeWindowUpdate(quint32 stream, quint32 delta);
    void takePing(quint8 flags, const QByteArray &payload);
    void takeHttp1();
    Stream &openStream(quint32 id, const HeaderFields &fields);
    void addBody(Stream &stream, QByteArrayView bytes);
    void endRequest(Stream &stream);
    void fail(const QString &problem);

    //! False while the step has to wait.
    bool take(Stream &stream);
    bool takeHttp2Step(Stream &stream, const Http2::Step &step);
    bool takeHttp1Step(const Http2::Step &step);
    bool sendHeaders(const Stream &stream, const Http2::Step &step);
    bool sendData(Stream &stream, const Http2::Step &step);
    bool sendPing(Stream &stream);
    bool reset();
    void sendFrame(quint8 type, quint8 flags, quint32 stream, const QByteArray &payload);

    //! Changes this connection's entry in the record.
    template <typename Change>
    void note(Change change)
    {
        const QMutexLocker lock(&m_context->record->mutex);
        change(m_context->record->connections[m_number - 1]);
    }

    enum class Protocol { Unknown, Http2, Http1 };

    const std::shared_ptr<const Http2Context> m_context;
    QSslSocket m_socket;
    int m_number = 0;
    Protocol m_protocol = Protocol::Unknown;
    QByteArray m_input;
    HpackDecoder m_decoder;
    std::map<quint32, Stream> m_streams;
    bool m_hasPreface = false;
    quint8 m_blockFlags = 0;
    QByteArray m_block; // fragments of headers that are not whole
    qint64 m_sendWindow = 65'535;
    qint64 m_initialSendWindow = 65'535;
    qsizetype m_maxFrameSize = 16'384;
    bool m_isClosing = false;
};

} // namespace Retryscope::Test
