// SPDX-License-Identifier: MIT
#include "core/wire/http1response.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using Part = HttpResponsePart::Kind;

class tst_HttpResponseReader : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void anySplit_data();
    void anySplit();
    void head();
    void endlessHead();
};

namespace {

const QByteArray headOf(const QByteArray &lines)
{
    return "HTTP/1.1 200 OK\r\n" + lines + "\r\n";
}

//! Parts of the same kind joined: "I<...> H<...> B<...> E F<...>".
QByteArray told(const QList<HttpResponsePart> &parts)
{
    QByteArray text;
    std::optional<Part> last;
    for (const HttpResponsePart &part : parts) {
        static constexpr char letters[] = "IHBEF";
        const char letter = letters[static_cast<int>(part.kind)];
        const bool isNew = part.kind != last || part.kind == Part::Interim;
        if (isNew)
            text += (text.isEmpty() ? "" : " ") + QByteArray(1, letter);
        text += part.bytes;
        last = part.kind;
    }
    return text;
}

QByteArray fed(const QByteArray &method, const QByteArray &bytes, qsizetype piece, bool ends)
{
    HttpResponseReader reader(method);
    QList<HttpResponsePart> parts;
    for (qsizetype at = 0; at < bytes.size(); at += piece)
        parts += reader.feed(bytes.mid(at, piece));
    if (ends)
        parts += reader.end();
    return told(parts);
}

} // namespace

void tst_HttpResponseReader::anySplit_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("ends");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray length = headOf("Content-Length: 5\r\n");
    const QByteArray chunked = headOf("transfer-encoding: chunked\r\n");
    const QByteArray open = headOf("Content-Type: text/plain\r\n");
    const QByteArray hints = "HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n";
    const QByteArray post = "POST";
    QTest::newRow("a body with a length")
        << post << length + "hello" << false << "H" + length + " Bhello E";
    QTest::newRow("an empty body") << post << headOf("Content-Length: 0\r\n") << false
                                   << "H" + headOf("Content-Length: 0\r\n") + " E";
    QTest::newRow("chunks") << post << chunked + "2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: 1\r\n\r\n"
                            << false << "H" + chunked + " Bhello E";
    QTest::newRow("a body that ends with the connection")
        << post << open + "hello" << true << "H" + open + " Bhello E";
    QTest::newRow("a body that is cut") << post << length + "hel" << true << "H" + length + " Bhel";
    QTest::newRow("interim answers come first")
        << post << hints + hints + length + "hello" << false
        << "I" + hints + " I" + hints + " H" + length + " Bhello E";
    QTest::newRow("HEAD has no body")
        << QByteArray("HEAD") << length << false << "H" + length + " E";
    QTest::newRow("no content") << post << QByteArray("HTTP/1.1 204 No Content\r\n\r\n") << false
                                << QByteArray("HHTTP/1.1 204 No Content\r\n\r\n E");
    QTest::newRow("more than the length")
        << post << length + "hello world" << false << "H" + length + " Bhello E F world";
    QTest::newRow("another protocol")
        << post << QByteArray("SSH-2.0-x\r\n") << false << QByteArray("FSSH-2.0-x\r\n");
    QTest::newRow("a head that is cut")
        << post << QByteArray("HTTP/1.1 20") << true << QByteArray("FHTTP/1.1 20");
}

void tst_HttpResponseReader::anySplit()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, bytes);
    QFETCH(bool, ends);
    QFETCH(QByteArray, expected);
    for (qsizetype piece = 1; piece <= bytes.size(); ++piece)
        QCOMPARE(fed(method, bytes, piece, ends), expected);
}

void tst_HttpResponseReader::head()
{
    HttpResponseReader reader("POST");
    reader.feed("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 12\r\nX: a:b \r\n\r\nhello");
    QCOMPARE(reader.status(), 429);
    QCOMPARE(reader.header("x"), QByteArray("a:b"));
    QVERIFY(reader.header("y").isNull());
    QCOMPARE(reader.framing(), HttpResponseReader::Framing::Length);
    QCOMPARE(reader.contentLength(), 12);
    QVERIFY(!reader.isWhole());
    reader.feed(" world!");
    QVERIFY(reader.isWhole());
}

void tst_HttpResponseReader::endlessHead()
{
    HttpResponseReader reader("POST");
    QList<HttpResponsePart> parts = reader.feed("HTTP/1.1 200 OK\r\n");
    qsizetype passed = 0;
    while (parts.isEmpty() && passed < 4 * HttpResponseReader::longestHead) {
        passed += 64 * 1024;
        parts = reader.feed(QByteArray(64 * 1024, 'x'));
    }
    QCOMPARE(parts.size(), 1);
    QCOMPARE(parts.first().kind, Part::Foreign);
    QVERIFY(passed <= HttpResponseReader::longestHead + 64 * 1024);
}

QTEST_APPLESS_MAIN(tst_HttpResponseReader)
#include "tst_httpresponsereader.moc"
