// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"
#include "tests/support/pattern.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QRegularExpression>

#include <algorithm>

using namespace Retryscope;
using namespace Retryscope::Test;

//! A reader that is slower than the network: setReadBufferSize() holds the network back, and
//! nothing is lost, also where the other side has long closed.
class tst_RequesterBackpressure : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void slowReader_data();
    void slowReader();
};

namespace {

constexpr qint64 Limit = 64 * 1024;
constexpr qint64 PieceSize = 32 * 1024;
// Far more than the kernel keeps between the two sides.
constexpr qsizetype Size = 16 * 1024 * 1024;

QByteArray chunked(const QByteArray &bytes)
{
    constexpr qsizetype size = 100'000;
    QByteArray wire;
    for (qsizetype at = 0; at < bytes.size(); at += size) {
        const QByteArray piece = bytes.mid(at, size);
        wire += QByteArray::number(piece.size(), 16) + "\r\n" + piece + "\r\n";
    }
    return wire + "0\r\n\r\n";
}

} // namespace

void tst_RequesterBackpressure::slowReader_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<QString>("framing");
    QTest::addColumn<bool>("closes");
    QTest::newRow("plain, length, the peer stays") << false << QStringLiteral("length") << false;
    const auto closing = [](const char *name, bool isTls, const char *framing) {
        QTest::newRow(name) << isTls << QString::fromLatin1(framing) << true;
    };
    closing("plain, length, the peer closes behind it", false, "length");
    closing("plain, chunks, the peer closes behind it", false, "chunks");
    closing("plain, the close is the end", false, "close");
    closing("TLS, chunks, the peer closes behind it", true, "chunks");
    closing("TLS, the close is the end", true, "close");
}

void tst_RequesterBackpressure::slowReader()
{
    QFETCH(bool, isTls);
    QFETCH(QString, framing);
    QFETCH(bool, closes);
    static Forge forge;
    static const Credential credential = forge.issue({.names = {QStringLiteral("127.0.0.1")}});
    static const QByteArray body = pattern(Size);
    const bool hasLength = framing == QStringLiteral("length");
    const bool isChunked = framing == QStringLiteral("chunks");
    const QByteArray head = "HTTP/1.1 200 OK\r\n"
                            + (hasLength   ? "Content-Length: " + QByteArray::number(Size) + "\r\n"
                               : isChunked ? QByteArray("Transfer-Encoding: chunked\r\n")
                                           : QByteArray())
                            + "\r\n";
    PeerScript script{readRequest(), sendBytes(head), sendBytes(isChunked ? chunked(body) : body)};
    if (closes)
        script.append(fin());
    const RawPeer peer({script}, isTls ? credential : Credential());
    RequesterBench bench;
    bench.authority = forge.authority();
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), "body"));
    reply->setReadBufferSize(Limit);
    // Nobody reads: it fills up to the limit and no further. (Qt counts the sizes between chunks,
    // too, where it reads more than one at a time.)
    constexpr qint64 chunkSizes = 100;
    QTRY_VERIFY_WITH_TIMEOUT(reply->bytesAvailable() > Limit - chunkSizes, 60'000);
    QVERIFY(reply->bytesAvailable() <= Limit);
    // And the server cannot be done. (Later it could: the system's buffers grow with what is read
    // from them.)
    QCOMPARE(peer.scriptsDone(), 0);

    QCryptographicHash hash(QCryptographicHash::Sha256);
    qint64 received = 0;
    qint64 most = 0;
    const auto readPiece = [&] {
        most = std::max(most, reply->bytesAvailable());
        const QByteArray piece = reply->read(PieceSize);
        hash.addData(piece);
        received += piece.size();
        return !piece.isEmpty();
    };
    while (!reply->isFinished() || reply->bytesAvailable() > 0) {
        const bool isProgress = readPiece();
        QCoreApplication::processEvents();
        if (!isProgress && !reply->isFinished() && reply->bytesAvailable() == 0)
            QVERIFY(QSignalSpy(reply, &QNetworkReply::readyRead).wait() || reply->isFinished());
    }
    QCOMPARE(received, Size);
    QCOMPARE(hash.result(), QCryptographicHash::hash(body, QCryptographicHash::Sha256));
    QVERIFY(!reply->failure());
    QCOMPARE(bench.log.lines(), lines({"1 started", "status 200", "finished"}));
    // The limit, give or take what Qt reads at a time, and in the end what the kernel still had.
    QVERIFY2(most <= Size / 2, qPrintable(QString::number(most)));
}

QTEST_GUILESS_MAIN(tst_RequesterBackpressure)
#include "tst_requester_backpressure.moc"
