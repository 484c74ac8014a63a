// SPDX-License-Identifier: MIT
#include "core/wire/http1.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

using State = HttpRequestParser::State;

namespace {

//! Everything a parser says, as text, so that whole outcomes can be compared.
QString outcome(HttpRequestParser &parser)
{
    QStringList lines{QString::fromLatin1(parser.method() + ' ' + parser.target() + " 1."
                                          + QByteArray::number(parser.minorVersion()))};
    const QList<HttpHeader> headers = parser.headers();
    for (const HttpHeader &header : headers)
        lines += QString::fromLatin1(header.name + '=' + header.value);
    lines +=
        QString::fromLatin1("body=" + parser.body() + '/' + QByteArray::number(parser.bodySize()));
    lines += QString::fromLatin1("rest=" + parser.takeRest());
    lines += u"state="_s + QString::number(int(parser.state()));
    return lines.join(u'|');
}

} // namespace

class tst_HttpRequestParser : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void reads_data();
    void reads();
    void refuses_data();
    void refuses();
    void headIsKnownBeforeTheBody();
    void limits_data();
    void limits();
    void countsWithoutKeeping();
    void nextRequestAfterReset();
    void wishes_data();
    void wishes();
};

void tst_HttpRequestParser::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_HttpRequestParser::reads_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");

    QTest::newRow("a GET without a body ends with its head")
        << QByteArray("GET /x?y=1 HTTP/1.1\r\nHost: a\r\n\r\nNEXT")
        << u"GET /x?y=1 1.1|Host=a|body=/0|rest=NEXT|state=2"_s;
    QTest::newRow("a POST ends where its length says")
        << QByteArray("POST / HTTP/1.1\r\nhost:a\r\nContent-Length: 5\r\n\r\nhelloNEXT")
        << u"POST / 1.1|host=a|Content-Length=5|body=hello/5|rest=NEXT|state=2"_s;
    QTest::newRow("the same length twice is one length")
        << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nhi")
        << u"POST / 1.1|Host=a|Content-Length=2, 2|body=hi/2|rest=|state=2"_s;
    QTest::newRow("chunks are joined, extensions and trailers read over")
        << QByteArray("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n"
                      "5;x=y\r\nhello\r\n0A\r\n wonderful\r\n0\r\nTrailer: t\r\n\r\nNEXT")
        << u"POST / 1.1|Host=a|Transfer-Encoding=Chunked|body=hello wonderful/15|rest=NEXT|state=2"_s;
    QTest::newRow("empty lines ahead, a bare LF in the head and white space are forgiven")
        << QByteArray("\r\n\nGET / HTTP/1.1\nHost: \t a b \t\r\n\n")
        << u"GET / 1.1|Host=a b|body=/0|rest=|state=2"_s;
    QTest::newRow("HTTP/1.0 needs no Host")
        << QByteArray("GET / HTTP/1.0\r\n\r\n") << u"GET / 1.0|body=/0|rest=|state=2"_s;
    QTest::newRow("a whole URL is a target")
        << QByteArray("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n")
        << u"GET http://a/b 1.1|Host=a|body=/0|rest=|state=2"_s;
}

void tst_HttpRequestParser::reads()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
        HttpRequestParser parser;
        parser.feed(bytes.first(cut));
        parser.feed(bytes.sliced(cut));
        QCOMPARE(outcome(parser), expected);
    }
    HttpRequestParser parser;
    for (const char byte : bytes)
        parser.feed(QByteArrayView(&byte, 1));
    QCOMPARE(outcome(parser), expected);
}

void tst_HttpRequestParser::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray host = "Host: a\r\n";
    const QByteArray post = "POST / HTTP/1.1\r\n" + host;

    QTest::newRow("a TLS ClientHello") << QByteArray("\x16\x03\x01\x02\x00\x01\n", 7) << 400;
    QTest::newRow("one word") << QByteArray("HELLO\r\n") << 400;
    QTest::newRow("a method with a bracket") << QByteArray("G(T / HTTP/1.1\r\n") << 400;
    QTest::newRow("a target with a space") << QByteArray("GET /a b HTTP/1.1\r\n") << 400;
    QTest::newRow("HTTP/2's preface") << QByteArray("PRI * HTTP/2.0\r\n\r\n") << 505;
    QTest::newRow("no Host") << QByteArray("GET / HTTP/1.1\r\n\r\n") << 400;
    QTest::newRow("a header without a colon") << post + "oops\r\n" << 400;
    QTest::newRow("a space before the colon") << post + "X : y\r\n" << 400;
    QTest::newRow("a folded header") << post + "X: y\r\n z\r\n" << 400;
    QTest::newRow("a NUL in a value") << post + QByteArray("X: a\0b\r\n", 8) << 400;
    QTest::newRow("a CR in a value") << post + "X: a\rb\r\n" << 400;
    QTest::newRow("a length that is no number") << post + "Content-Length: 5x\r\n\r\n" << 400;
    QTest::newRow("a negative length") << post + "Content-Length: -1\r\n\r\n" << 400;
    QTest::newRow("an empty length") << post + "Content-Length:\r\n\r\n" << 400;
    QTest::newRow("a length that would overflow")
        << post + "Content-Length: 99999999999999999999\r\n\r\n"
        << 400;
    QTest::newRow("two lengths") << post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n" << 400;
    QTest::newRow("a length and chunks")
        << post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
        << 400;
    QTest::newRow("an encoding nobody asked for")
        << post + "Transfer-Encoding: gzip, chunked\r\n\r\n"
        << 501;
    QTest::newRow("an unknown expectation") << post + "Expect: tea\r\n\r\n" << 417;
    const QByteArray chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    QTest::newRow("a chunk size that is no number") << chunked + "ZZZ\r\n" << 400;
    QTest::newRow("an empty chunk size") << chunked + "\r\n" << 400;
    QTest::newRow("a chunk size that would overflow") << chunked + "FFFFFFFFFFFFFFFF\r\n" << 400;
    QTest::newRow("a chunk size with a bare LF") << chunked + "1\nx\r\n" << 400;
    QTest::newRow("a chunk longer than its size") << chunked + "1\r\nxy\r\n" << 400;
}

void tst_HttpRequestParser::refuses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
        HttpRequestParser parser;
        parser.feed(bytes.first(cut));
        QCOMPARE(parser.feed(bytes.sliced(cut)), State::Error);
        QCOMPARE(parser.errorStatus(), status);
        QVERIFY(!parser.errorText().isEmpty());
        QCOMPARE(parser.feed("GET / HTTP/1.0\r\n\r\n"), State::Error);
    }
}

void tst_HttpRequestParser::headIsKnownBeforeTheBody()
{
    HttpRequestParser parser;
    QCOMPARE(parser.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n"), State::NeedMore);
    QVERIFY(!parser.hasHead());
    QCOMPARE(parser.feed("\r\n"), State::Head);
    QVERIFY(parser.hasHead());
    QCOMPARE(parser.header("content-LENGTH"), QByteArray("2"));
    QVERIFY(parser.header("absent").isNull());
    QCOMPARE(parser.feed("x"), State::Head);
    QCOMPARE(parser.feed("y"), State::Complete);
}

void tst_HttpRequestParser::limits_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray head = "POST / HTTP/1.1\r\nHost: a\r\n";
    const QByteArray chunked = head + "Transfer-Encoding: chunked\r\n\r\n";

    QTest::newRow("an endless line") << QByteArray(101, 'A') << 431;
    QTest::newRow("endless empty lines") << QByteArray(101, '\n') << 431;
    QTest::newRow("too many headers") << head + QByteArray("X: y\r\n").repeated(20) << 431;
    QTest::newRow("a body of the limit") << head + "Content-Length: 10\r\n\r\n0123456789" << 0;
    QTest::newRow("a length beyond the limit, before a byte of it came")
        << head + "Content-Length: 11\r\n\r\n"
        << 413;
    QTest::newRow("chunks of the limit") << chunked + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n" << 0;
    QTest::newRow("chunks beyond the limit") << chunked + "5\r\n01234\r\n6\r\n56789A" << 413;
    QTest::newRow("an endless extension") << chunked + "5;" + QByteArray(5000, 'x') << 400;
    QTest::newRow("endless trailers")
        << chunked + "0\r\n" + QByteArray("X: y\r\n").repeated(20) << 400;
}

void tst_HttpRequestParser::limits()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, status);
    for (const qsizetype step : {qsizetype(1), qsizetype(7), bytes.size()}) {
        HttpRequestParser parser({.head = 100, .body = 10});
        for (qsizetype i = 0; i < bytes.size(); i += step)
            parser.feed(bytes.mid(i, step));
        QCOMPARE(parser.errorStatus(), status);
        QCOMPARE(parser.state(), status == 0 ? State::Complete : State::Error);
        QVERIFY(parser.body().size() <= 10);
    }
}

void tst_HttpRequestParser::countsWithoutKeeping()
{
    HttpRequestParser parser({.keepBody = false});
    parser.feed("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
    QCOMPARE(parser.state(), State::Complete);
    QCOMPARE(parser.bodySize(), 5);
    QVERIFY(parser.body().isEmpty());
}

void tst_HttpRequestParser::nextRequestAfterReset()
{
    HttpRequestParser parser;
    parser.feed("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nxGET /2 HT");
    QCOMPARE(parser.target(), QByteArray("/1"));
    const QByteArray rest = parser.takeRest();
    parser.reset();
    QCOMPARE(parser.feed(rest), State::NeedMore);
    QCOMPARE(parser.feed("TP/1.1\r\nHost: b\r\n\r\n"), State::Complete);
    QCOMPARE(outcome(parser), u"GET /2 1.1|Host=b|body=/0|rest=|state=2"_s);
}

void tst_HttpRequestParser::wishes_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("keepAlive");
    QTest::addColumn<bool>("expectsContinue");
    const QByteArray v11 = "POST / HTTP/1.1\r\nHost: a\r\n";
    const QByteArray v10 = "POST / HTTP/1.0\r\n";

    QTest::newRow("1.1 keeps alive") << v11 + "\r\n" << true << false;
    QTest::newRow("1.1 may close") << v11 + "Connection: TE, Close\r\n\r\n" << false << false;
    QTest::newRow("1.0 closes") << v10 + "\r\n" << false << false;
    QTest::newRow("1.0 may keep alive") << v10 + "connection: keep-alive\r\n\r\n" << true << false;
    QTest::newRow("1.1 may expect") << v11 + "Expect: 100-Continue\r\n\r\n" << true << true;
    QTest::newRow("1.0 cannot expect") << v10 + "Expect: 100-continue\r\n\r\n" << false << false;
}

void tst_HttpRequestParser::wishes()
{
    QFETCH(QByteArray, bytes);
    HttpRequestParser parser;
    parser.feed(bytes);
    QCOMPARE(parser.state(), State::Complete);
    QTEST(parser.wantsKeepAlive(), "keepAlive");
    QTEST(parser.expectsContinue(), "expectsContinue");
}

QTEST_GUILESS_MAIN(tst_HttpRequestParser)
#include "tst_httprequestparser.moc"
