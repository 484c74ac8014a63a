// SPDX-License-Identifier: MIT
#include "core/wire/tlsscanner.h"

#include "core/wire/bytereader_p.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

namespace {

constexpr qsizetype headerSize = 5;
//! RFC 5246 section 6.2.3 allows 2^14 + 2048; TLS 1.3 less.
constexpr int maxRecord = (1 << 14) + 2048;
//! A longer hello is not looked into.
constexpr qsizetype maxHandshake = 64 * 1024;
//! A client's Certificate, CertificateVerify and Finished.
constexpr int maxClientFlight13 = 3;

constexpr int recordChangeCipherSpec = 20;
constexpr int recordAlert = 21;
constexpr int recordHandshake = 22;
constexpr int recordData = 23;
constexpr int recordHeartbeat = 24;

constexpr int messageClientHello = 1;
constexpr int messageServerHello = 2;

//! An alert of TLS 1.3 once all is encrypted: 2 bytes, the inner content type and the tag.
constexpr int alertSize13 = 2 + 1 + 16;

TlsSign signOf(TlsSign::Kind kind)
{
    TlsSign result;
    result.kind = kind;
    return result;
}

//! Joins what has nothing to say, so that a piece with signs begins with them.
void append(QList<TlsPiece> *pieces, const TlsPiece &piece)
{
    if (piece.bytes.isEmpty() && piece.signs.isEmpty())
        return;
    if (pieces->isEmpty() || (!piece.signs.isEmpty() && !pieces->last().bytes.isEmpty())) {
        pieces->append(piece);
        return;
    }
    pieces->last().signs += piece.signs;
    pieces->last().bytes += piece.bytes;
}

} // namespace

QByteArray TlsScanner::takeHeldFromClient()
{
    return std::exchange(m_client.header, {});
}

QByteArray TlsScanner::takeHeldFromServer()
{
    return std::exchange(m_server.header, {});
}

QList<TlsPiece> TlsScanner::feed(Direction &direction, const QByteArray &bytes)
{
    QList<TlsPiece> pieces;
    QByteArrayView rest(bytes);
    while (!rest.isEmpty() && !direction.passThrough) {
        TlsPiece piece;
        rest = rest.sliced(direction.left == 0 ? feedHeader(direction, rest, &piece)
                                               : feedPayload(direction, rest, &piece));
        append(&pieces, piece);
    }
    if (!rest.isEmpty())
        append(&pieces, {{}, rest.toByteArray()});
    return pieces;
}

qsizetype TlsScanner::feedHeader(Direction &direction, QByteArrayView bytes, TlsPiece *piece)
{
    const qsizetype used = std::min(headerSize - direction.header.size(), bytes.size());
    direction.header.append(bytes.first(used));
    ByteReader reader(direction.header);
    const int type = reader.number(1);
    const int major = direction.header.size() > 1 ? reader.number(1) : 3;
    const bool whole = direction.header.size() == headerSize;
    reader.bytes(whole ? 1 : 0);
    const int size = whole ? reader.number(2) : 0;
    if (type < recordChangeCipherSpec || type > recordHeartbeat || major != 3 || size > maxRecord) {
        direction.passThrough = true;
        piece->signs.append(signOf(TlsSign::Kind::NotTls));
    } else if (whole) {
        direction.type = type;
        direction.left = size;
        direction.payload.clear();
        if (type == recordData)
            beginData(direction, size, piece);
        if (size == 0)
            endRecord(direction, piece);
    }
    if (whole || direction.passThrough)
        piece->bytes = std::exchange(direction.header, {});
    return used;
}

qsizetype TlsScanner::feedPayload(Direction &direction, QByteArrayView bytes, TlsPiece *piece)
{
    const qsizetype part = std::min(direction.left, bytes.size());
    if (direction.type == recordHandshake || direction.type == recordAlert)
        direction.payload.append(bytes.first(part));
    direction.left -= part;
    if (direction.left == 0)
        endRecord(direction, piece);
    piece->bytes = bytes.first(part).toByteArray();
    return part;
}

//! An application record begins: a part of the handshake, an alert in disguise, or data.
void TlsScanner::beginData(Direction &direction, qsizetype size, TlsPiece *piece)
{
    if (isTls13() && size == alertSize13)
        return;
    if (&direction == &m_client && isTls13() && !direction.handshakeOver) {
        ++direction.flight13;
        direction.handshakeOver =
            size == finishedSize13() || direction.flight13 == maxClientFlight13;
        return;
    }
    if (&direction == &m_server && !m_client.firstDataSeen)
        return;
    piece->signs.append(signOf(TlsSign::Kind::FirstData));
    direction.firstDataSeen = true;
    direction.passThrough = true;
}

void TlsScanner::endRecord(Direction &direction, TlsPiece *piece)
{
    if (direction.type == recordChangeCipherSpec) {
        // In TLS 1.3 it means nothing (RFC 8446 appendix D.4); elsewhere all is encrypted now.
        direction.encrypted = !isTls13();
    } else if (direction.type == recordHandshake && !direction.encrypted) {
        direction.handshake += direction.payload;
        readHandshake(direction, piece);
    } else if (direction.type == recordAlert && direction.payload.size() == 2
               && !direction.encrypted) {
        TlsSign alert = signOf(TlsSign::Kind::Alert);
        alert.alertLevel = static_cast<unsigned char>(direction.payload.at(0));
        alert.alertCode = static_cast<unsigned char>(direction.payload.at(1));
        piece->signs.append(alert);
    }
    direction.payload.clear();
}

void TlsScanner::readHandshake(Direction &direction, TlsPiece *piece)
{
    if (direction.helloSeen) {
        direction.handshake.clear();
        return;
    }
    constexpr qsizetype messageHeader = 4;
    while (direction.handshake.size() >= messageHeader && !direction.helloSeen) {
        ByteReader reader(direction.handshake);
        const int type = reader.number(1);
        const int size = reader.number(3);
        if (size > maxHandshake) {
            direction.helloSeen = true;
            break;
        }
        const QByteArrayView body = reader.bytes(size);
        if (!reader.ok())
            break;
        readMessage(direction, type, body, piece);
        direction.handshake.remove(0, messageHeader + size);
    }
}

void TlsScanner::readMessage(Direction &direction, int type, QByteArrayView body, TlsPiece *piece)
{
    if (&direction == &m_client && type == messageClientHello) {
        direction.helloSeen = true;
        if (const auto hello = TlsClientHello::parse(body)) {
            TlsSign found = signOf(TlsSign::Kind::ClientHello);
            found.clientHello = *hello;
            piece->signs.append(found);
        }
    } else if (&direction == &m_server && type == messageServerHello) {
        const auto hello = TlsServerHello::parse(body);
        if (!hello || hello->isRetryRequest)
            return;
        direction.helloSeen = true;
        m_version = hello->version;
        m_cipherSuite = hello->cipherSuite;
        TlsSign found = signOf(TlsSign::Kind::ServerHello);
        found.serverHello = *hello;
        piece->signs.append(found);
    }
}

//! The record of a Finished: a 4-byte header, one hash, the inner content type and the tag.
qsizetype TlsScanner::finishedSize13() const
{
    constexpr quint16 aes256GcmSha384 = 0x1302;
    return 4 + (m_cipherSuite == aes256GcmSha384 ? 48 : 32) + 1 + 16;
}

} // namespace Retryscope

#include "moc_tlsscanner.cpp"
