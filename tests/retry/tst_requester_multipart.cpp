// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include <QtCore/QBuffer>
#include <QtCore/QRegularExpression>
#include <QtNetwork/QHttpMultiPart>

#include <algorithm>

using namespace Retryscope;
using namespace Retryscope::Test;

//! A QHttpMultiPart is sent as QNetworkAccessManager sends it, with every attempt.
class tst_RequesterMultipart : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void sameAsQt_data();
    void sameAsQt();
    void everyAttemptSendsIt_data();
    void everyAttemptSendsIt();
    void badParts_data();
    void badParts();
};

namespace {

//! A pipe whose end has come.
class Pipe final : public QIODevice
{
public:
    explicit Pipe(const QByteArray &bytes) : m_left(bytes) { open(QIODevice::ReadOnly); }

    bool isSequential() const override { return true; }

    qint64 bytesAvailable() const override { return QIODevice::bytesAvailable() + m_left.size(); }

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 count = std::min<qint64>(maxSize, m_left.size());
        std::copy_n(m_left.constData(), count, data);
        m_left.remove(0, count);
        return count;
    }

    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_left;
};

//! Two parts, the second from \a device.
std::unique_ptr<QHttpMultiPart>
makeParts(QIODevice *device, QHttpMultiPart::ContentType type = QHttpMultiPart::FormDataType)
{
    auto parts = std::make_unique<QHttpMultiPart>(type);
    parts->setBoundary("the-boundary");
    QHttpPart text;
    text.setHeader(QNetworkRequest::ContentDispositionHeader,
                   QStringLiteral("form-data; name=\"text\""));
    text.setBody("some text");
    parts->append(text);
    QHttpPart file;
    file.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/octet-stream"));
    file.setBodyDevice(device);
    parts->append(file);
    return parts;
}

const QByteArray Content(200'000, 'x');

//! Since Qt keeps the headers of parts in a QHttpHeaders (6.8.2) it writes their names in lower
//! case; Qt 6.4.2 writes them as they are spelt.
QByteArray asQtSpells(const QByteArray &name)
{
    return QT_VERSION < QT_VERSION_CHECK(6, 8, 0) ? name : name.toLower();
}

const QByteArray Wire = "--the-boundary\r\n" + asQtSpells("Content-Disposition")
                        + ": form-data; name=\"text\"\r\n\r\n"
                          "some text\r\n"
                          "--the-boundary\r\n"
                        + asQtSpells("Content-Type") + ": application/octet-stream\r\n\r\n"
                        + Content + "\r\n--the-boundary--\r\n";

} // namespace

void tst_RequesterMultipart::sameAsQt_data()
{
    QTest::addColumn<QHttpMultiPart::ContentType>("type");
    QTest::newRow("form data") << QHttpMultiPart::FormDataType;
    QTest::newRow("mixed") << QHttpMultiPart::MixedType;
    QTest::newRow("related") << QHttpMultiPart::RelatedType;
    QTest::newRow("alternative") << QHttpMultiPart::AlternativeType;
}

void tst_RequesterMultipart::sameAsQt()
{
    QFETCH(QHttpMultiPart::ContentType, type);
    const RawPeer peer({readRequest(), sendBytes(response(200, "ok")), readRequest(),
                        sendBytes(response(200, "ok"))});
    RequesterBench bench;
    QNetworkRequest request(peer.url());
    request.setRawHeader("User-Agent", "the same");
    QBuffer buffer;
    buffer.setData(Content);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    const auto parts = makeParts(&buffer, type);
    const std::unique_ptr<QNetworkReply> bare(bench.manager.post(request, parts.get()));
    QVERIFY(QSignalSpy(bare.get(), &QNetworkReply::finished).wait());
    // The same parts once more: they are read from their beginning.
    auto *reply = bench.requester.post(request, parts.get());
    QVERIFY(bench.finish(reply));
    const QList<PeerRequest> seen = peer.received();
    QCOMPARE(seen.size(), 2);
    QCOMPARE(seen.at(1).header("Content-Type"), seen.at(0).header("Content-Type"));
    QCOMPARE(seen.at(1).header("MIME-Version"), "1.0");
    QCOMPARE(seen.at(1).header("Content-Length"), QByteArray::number(Wire.size()));
    QCOMPARE(seen.at(0).body, Wire);
    QCOMPARE(seen.at(1).body, Wire);
}

void tst_RequesterMultipart::everyAttemptSendsIt_data()
{
    QTest::addColumn<QByteArray>("verb");
    QTest::addColumn<bool>("isSequential");
    for (const char *verb : {"POST", "PUT", "PATCH"}) {
        QTest::addRow("%s, a part that can be rewound", verb) << QByteArray(verb) << false;
        QTest::addRow("%s, a part that is a pipe", verb) << QByteArray(verb) << true;
    }
}

void tst_RequesterMultipart::everyAttemptSendsIt()
{
    QFETCH(QByteArray, verb);
    QFETCH(bool, isSequential);
    const PeerScript cut{readRequest(), fin()};
    const RawPeer peer({cut, cut, PeerScript{readRequest(), sendBytes(response(200, "ok"))}});
    RequesterBench bench;
    const QNetworkRequest request(peer.url());
    QBuffer buffer;
    buffer.setData(Content);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    Pipe pipe(Content);
    QIODevice &device = isSequential ? static_cast<QIODevice &>(pipe) : buffer;
    auto parts = makeParts(&device);
    RetryingReply *reply = verb == "POST" ? bench.requester.post(request, parts.get())
                           : verb == "PUT"
                               ? bench.requester.put(request, parts.get())
                               : bench.requester.sendCustomRequest(request, verb, parts.get());
    bench.watch(reply);
    // It has been read.
    parts.reset();
    device.close();
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->readAll(), "ok");
    const QList<PeerRequest> seen = peer.received();
    QCOMPARE(seen.size(), 3);
    for (const PeerRequest &received : seen) {
        QVERIFY(received.head.startsWith(QByteArray(verb + " / HTTP/1.1\r\n")));
        QCOMPARE(received.header("Content-Type"), "multipart/form-data; boundary=\"the-boundary\"");
        QCOMPARE(received.body, Wire);
    }
}

void tst_RequesterMultipart::badParts_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("cause");
    QTest::newRow("none at all") << QStringLiteral("none") << QStringLiteral("BodyMissing");
    QTest::newRow("a part that is closed")
        << QStringLiteral("closed") << QStringLiteral("BodyUnreadable");
    QTest::newRow("a part that can only be written")
        << QStringLiteral("write-only") << QStringLiteral("BodyUnreadable");
}

void tst_RequesterMultipart::badParts()
{
    QFETCH(QString, what);
    QFETCH(QString, cause);
    const RawPeer peer({readRequest()});
    RequesterBench bench;
    QBuffer buffer;
    buffer.setData(Content);
    if (what == QStringLiteral("write-only"))
        QVERIFY(buffer.open(QIODevice::WriteOnly));
    const auto parts = makeParts(&buffer);
    if (what != QStringLiteral("none")) {
        // Qt's own words, by the way.
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("QIODevice::")));
    }
    auto *reply = bench.requester.post(QNetworkRequest(peer.url()),
                                       what == QStringLiteral("none") ? nullptr : parts.get());
    compareConfig(reply, bench, cause);
    QCOMPARE(peer.connections(), 0);
}

QTEST_GUILESS_MAIN(tst_RequesterMultipart)
#include "tst_requester_multipart.moc"
