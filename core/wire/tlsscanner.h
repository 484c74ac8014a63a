// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/wire/tlshello.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QObject>

namespace Retryscope {

//! \brief Something a TLS connection shows in clear.
struct RETRYSCOPE_EXPORT TlsSign
{
    Q_GADGET
public:
    enum class Kind {
        ClientHello, //!< clientHello
        ServerHello, //!< serverHello (never a HelloRetryRequest)
        Alert,       //!< alertLevel, alertCode; encrypted ones cannot be told and are not reported
        //! The first application record behind the handshake; the server's is the first behind the
        //! client's, because what comes earlier can be no answer.
        FirstData,
        NotTls, //!< what this direction sends is no TLS
    };
    Q_ENUM(Kind)

    Kind kind = Kind::NotTls;
    TlsClientHello clientHello;
    TlsServerHello serverHello;
    int alertLevel = 0;
    int alertCode = 0;

    friend bool operator==(const TlsSign &, const TlsSign &) = default;
};

//! \brief Bytes to pass on, and what they show: signs come before the bytes that complete them.
struct RETRYSCOPE_EXPORT TlsPiece
{
    QList<TlsSign> signs;
    QByteArray bytes;
};

//! \brief Reads the record layer of one TLS connection, fed both directions in any split, without
//! any key.
//!
//! The pieces of a direction, joined, are its bytes; only an incomplete 5-byte record header is
//! held back, so that a record can be withheld as a whole. FirstData comes before the record's
//! first byte, the others before its last part.
//!
//! In TLS 1.3 handshake messages look like application data. The client's end with its Finished,
//! known by its length; if the first record has another one (a client certificate comes ahead), it
//! is looked for in three records. A session ticket that the server sends late cannot be told from
//! an answer: the server's FirstData may be early then.
//!
//! \par Errors
//! A malformed hello gives no sign; a malformed record gives NotTls, and everything is passed on.
//! \par Threads
//! A plain object; any one thread at a time.
class RETRYSCOPE_EXPORT TlsScanner
{
public:
    QList<TlsPiece> fromClient(const QByteArray &bytes) { return feed(m_client, bytes); }

    QList<TlsPiece> fromServer(const QByteArray &bytes) { return feed(m_server, bytes); }

    //! The held-back header bytes of a direction that has ended.
    QByteArray takeHeldFromClient();
    QByteArray takeHeldFromServer();

    bool isTls13() const { return m_version == 0x0304; }

private:
    struct Direction
    {
        QByteArray header;
        int type = 0;
        //! What is missing of the record.
        qsizetype left = 0;
        QByteArray payload;
        QByteArray handshake;
        bool helloSeen = false;
        bool encrypted = false;
        bool handshakeOver = false;
        bool firstDataSeen = false;
        bool passThrough = false;
        int flight13 = 0;
    };

    QList<TlsPiece> feed(Direction &direction, const QByteArray &bytes);
    qsizetype feedHeader(Direction &direction, QByteArrayView bytes, TlsPiece *piece);
    qsizetype feedPayload(Direction &direction, QByteArrayView bytes, TlsPiece *piece);
    void beginData(Direction &direction, qsizetype size, TlsPiece *piece);
    void endRecord(Direction &direction, TlsPiece *piece);
    void readHandshake(Direction &direction, TlsPiece *piece);
    void readMessage(Direction &direction, int type, QByteArrayView body, TlsPiece *piece);
    qsizetype finishedSize13() const;

    Direction m_client;
    Direction m_server;
    quint16 m_version = 0;
    quint16 m_cipherSuite = 0;
};

} // namespace Retryscope
