// SPDX-License-Identifier: MIT
#include "core/wire/tlsalert.h"
#include "core/wire/tlsscanner.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

QByteArray hex(const char *text)
{
    return QByteArray::fromHex(text);
}

QByteArray number(qsizetype value, int width)
{
    QByteArray bytes;
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
        bytes += char(value >> shift);
    return bytes;
}

QByteArray vector(const QByteArray &bytes, int lengthWidth)
{
    return number(bytes.size(), lengthWidth) + bytes;
}

QByteArray record(int type, const QByteArray &payload)
{
    return char(type) + hex("0303") + vector(payload, 2);
}

QByteArray extension(int type, const QByteArray &data)
{
    return number(type, 2) + vector(data, 2);
}

QByteArray message(int type, const QByteArray &body)
{
    return char(type) + vector(body, 3);
}

QByteArray clientHello(const QByteArray &extensions)
{
    return message(1, hex("0303") + QByteArray(32, 'r') + vector(QByteArray(32, 's'), 1)
                          + vector(hex("13011302"), 2) + vector(hex("00"), 1)
                          + vector(extensions, 2));
}

QByteArray clientHello()
{
    return clientHello(extension(0x1a1a, {}) // GREASE (RFC 8701)
                       + extension(0, vector('\0' + vector("api.example", 2), 2))
                       + extension(16, vector(vector("h2", 1) + vector("http/1.1", 1), 2)));
}

const QByteArray retryRandom =
    hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");

QByteArray serverHello(const QByteArray &suite, const QByteArray &extensions,
                       const QByteArray &random = QByteArray(32, 'R'))
{
    return message(2, hex("0303") + random + vector({}, 1) + suite + hex("00")
                          + vector(extensions, 2));
}

const QByteArray version13 = extension(43, hex("0304"));
const QByteArray changeCipherSpec = record(20, hex("01"));

QString describe(const TlsSign &sign)
{
    switch (sign.kind) {
    case TlsSign::Kind::ClientHello:
        return u"ClientHello %1 %2"_s.arg(sign.clientHello.serverName,
                                          sign.clientHello.alpn.join(u','));
    case TlsSign::Kind::ServerHello:
        return u"ServerHello %1 %2"_s.arg(wireVersionName(sign.serverHello.version),
                                          sign.serverHello.alpn);
    case TlsSign::Kind::Alert:
        return u"Alert %1 %2"_s.arg(sign.alertLevel).arg(sign.alertCode);
    case TlsSign::Kind::FirstData:
        return u"FirstData"_s;
    case TlsSign::Kind::NotTls:
        return u"NotTls"_s;
    }
    return {};
}

//! Signs with the number of that side's bytes passed on before them.
struct Listener
{
    TlsScanner scanner;
    QStringList signs;
    QByteArray client;
    QByteArray server;

    void hear(char side, const QByteArray &bytes)
    {
        QByteArray &passed = side == 'c' ? client : server;
        const QList<TlsPiece> pieces =
            side == 'c' ? scanner.fromClient(bytes) : scanner.fromServer(bytes);
        for (const TlsPiece &piece : pieces) {
            for (const TlsSign &sign : piece.signs)
                signs += QChar::fromLatin1(side) + (u':' + describe(sign));
            passed += piece.bytes;
        }
    }

    void end()
    {
        client += scanner.takeHeldFromClient();
        server += scanner.takeHeldFromServer();
    }
};

} // namespace

class tst_TlsScanner : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void everySplit_data();
    void everySplit();
    void holdsTheFirstDataRecordBack();
    void malformedHellos();
    void alertNames_data();
    void alertNames();
};

void tst_TlsScanner::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_TlsScanner::everySplit_data()
{
    QTest::addColumn<QList<QByteArray>>("speeches"); // client first, then in turns
    QTest::addColumn<QStringList>("signs");
    const QByteArray hello = record(22, clientHello());
    const QString saidHello = u"c:ClientHello api.example h2,http/1.1"_s;
    const QByteArray server13 = record(22, serverHello(hex("1301"), version13));
    const QByteArray flight13 = changeCipherSpec + record(23, QByteArray(900, 'f'));
    const QByteArray finished13 = changeCipherSpec + record(23, QByteArray(53, 'F'));
    const QByteArray data = record(23, QByteArray(100, 'd'));

    QTest::newRow("TLS 1.2: data is data")
        << QList<QByteArray>{hello,
                             record(22, serverHello(hex("c02f"),
                                                    extension(16, vector(vector("h2", 1), 2))))
                                 + record(22, message(11, "cert") + message(14, {})),
                             record(22, message(16, "key")) + changeCipherSpec
                                 + record(22, QByteArray(40, 'e')),
                             changeCipherSpec + record(22, QByteArray(40, 'e')),
                             data,
                             data}
        << QStringList{saidHello, u"s:ServerHello TLS 1.2 h2"_s, u"c:FirstData"_s,
                       u"s:FirstData"_s};
    QTest::newRow("TLS 1.3: the client's first record is its Finished")
        << QList<QByteArray>{hello, server13 + flight13, finished13 + data, data}
        << QStringList{saidHello, u"s:ServerHello TLS 1.3 "_s, u"c:FirstData"_s, u"s:FirstData"_s};
    QTest::newRow("TLS 1.3: what the server says before the request is no answer")
        << QList<QByteArray>{hello, server13 + flight13, finished13, data, data, data}
        << QStringList{saidHello, u"s:ServerHello TLS 1.3 "_s, u"c:FirstData"_s, u"s:FirstData"_s};
    QTest::newRow("TLS 1.3 with SHA-384: a longer Finished")
        << QList<QByteArray>{hello,
                             record(22, serverHello(hex("1302"), version13)) + flight13,
                             record(23, QByteArray(69, 'F')),
                             {},
                             data}
        << QStringList{saidHello, u"s:ServerHello TLS 1.3 "_s, u"c:FirstData"_s};
    QTest::newRow("TLS 1.3 with a client certificate: Finished is the third record")
        << QList<QByteArray>{hello,
                             server13 + flight13,
                             record(23, QByteArray(700, 'C')) + record(23, QByteArray(280, 'V'))
                                 + record(23, QByteArray(53, 'F')),
                             {},
                             data}
        << QStringList{saidHello, u"s:ServerHello TLS 1.3 "_s, u"c:FirstData"_s};
    QTest::newRow("TLS 1.3: the client gives up; its encrypted alert is no request")
        << QList<QByteArray>{hello, server13 + flight13,
                             finished13 + record(23, QByteArray(19, 'a'))}
        << QStringList{saidHello, u"s:ServerHello TLS 1.3 "_s};
    QTest::newRow("HelloRetryRequest: the second hellos are the ones that count")
        << QList<QByteArray>{hello, record(22, serverHello(hex("1302"), version13, retryRandom)),
                             changeCipherSpec + hello, server13 + flight13, finished13 + data}
        << QStringList{saidHello, u"s:ServerHello TLS 1.3 "_s, u"c:FirstData"_s};
    const QByteArray longHello = clientHello();
    QTest::newRow("a ClientHello over several records")
        << QList<QByteArray>{record(22, longHello.first(3)) + record(22, longHello.mid(3, 40))
                             + record(22, longHello.sliced(43))}
        << QStringList{saidHello};
    QTest::newRow("a ClientHello without extensions")
        << QList<QByteArray>{record(22, clientHello({}))} << QStringList{u"c:ClientHello  "_s};
    QTest::newRow("a clear alert instead of a ServerHello")
        << QList<QByteArray>{hello, record(21, hex("0228"))}
        << QStringList{saidHello, u"s:Alert 2 40"_s};
    QTest::newRow("an encrypted alert is not guessed at")
        << QList<QByteArray>{hello, record(22, serverHello(hex("c02f"), {})),
                             changeCipherSpec + record(21, QByteArray(26, 'x'))
                                 + record(21, hex("0228"))}
        << QStringList{saidHello, u"s:ServerHello TLS 1.2 "_s};
    QTest::newRow("a server that speaks HTTP")
        << QList<QByteArray>{hello, "HTTP/1.1 400 Bad Request\r\n\r\n"}
        << QStringList{saidHello, u"s:NotTls"_s};
    QTest::newRow("a record longer than the law allows")
        << QList<QByteArray>{hello, hex("160303ffff") + QByteArray(100, 'x')}
        << QStringList{saidHello, u"s:NotTls"_s};
    QTest::newRow("a name with control characters is made harmless")
        << QList<QByteArray>{record(
               22, clientHello(extension(0, vector('\0' + vector("a\nb\x1b", 2), 2))))}
        << QStringList{u"c:ClientHello a?b? "_s};
    QTest::newRow("an empty record")
        << QList<QByteArray>{record(22, {}) + hello} << QStringList{saidHello};
}

void tst_TlsScanner::everySplit()
{
    QFETCH(QList<QByteArray>, speeches);
    QFETCH(QStringList, signs);
    QByteArray client;
    QByteArray server;
    for (qsizetype i = 0; i < speeches.size(); ++i)
        (i % 2 == 0 ? client : server) += speeches.at(i);

    // A step of 0: whole; else: every speech in pieces of that size, the first one cut at it too.
    for (const qsizetype step : {0, 1, 2, 3, 4, 5, 6, 7, 11, 37, 60}) {
        Listener listener;
        for (qsizetype i = 0; i < speeches.size(); ++i) {
            const QByteArray &bytes = speeches.at(i);
            const qsizetype size = step == 0 ? qMax<qsizetype>(bytes.size(), 1) : step;
            for (qsizetype at = 0; at < bytes.size(); at += size)
                listener.hear(i % 2 == 0 ? 'c' : 's', bytes.mid(at, size));
        }
        listener.end();
        QCOMPARE(listener.signs, signs);
        QCOMPARE(listener.client, client);
        QCOMPARE(listener.server, server);
    }
    // And every single cut of everything.
    for (qsizetype i = 0; i < speeches.size(); ++i) {
        for (qsizetype cut = 0; cut <= speeches.at(i).size(); ++cut) {
            Listener listener;
            for (qsizetype j = 0; j < speeches.size(); ++j) {
                const char side = j % 2 == 0 ? 'c' : 's';
                listener.hear(side, speeches.at(j).first(i == j ? cut : 0));
                listener.hear(side, speeches.at(j).sliced(i == j ? cut : 0));
            }
            listener.end();
            QCOMPARE(listener.signs, signs);
            QCOMPARE(listener.client, client);
            QCOMPARE(listener.server, server);
        }
    }
}

//! The tap withholds a request by this: not one byte of its record may go on before the sign.
void tst_TlsScanner::holdsTheFirstDataRecordBack()
{
    const QByteArray finished = changeCipherSpec + record(23, QByteArray(53, 'F'));
    const QByteArray data = record(23, QByteArray(100, 'd'));
    Listener listener;
    listener.hear('c', record(22, clientHello()));
    listener.hear('s', record(22, serverHello(hex("1301"), version13)));
    listener.client.clear();
    listener.signs.clear();
    listener.hear('c', finished);
    for (qsizetype i = 0; i < 5; ++i) {
        QCOMPARE(listener.client, finished);
        QVERIFY(listener.signs.isEmpty());
        listener.hear('c', data.mid(i, 1));
    }
    QCOMPARE(listener.signs, QStringList{u"c:FirstData"_s});
    QCOMPARE(listener.client, finished + data.first(5));
}

void tst_TlsScanner::malformedHellos()
{
    const QByteArray whole = clientHello().sliced(4);
    QVERIFY(TlsClientHello::parse(whole));
    for (qsizetype size = 0; size < whole.size(); ++size) {
        // Without its extensions a hello of old is whole.
        const auto hello = TlsClientHello::parse(whole.first(size));
        QVERIFY(!hello || hello->serverName.isEmpty());
    }
    const QByteArray server = serverHello(hex("1301"), version13).sliced(4);
    QCOMPARE(TlsServerHello::parse(server)->version, quint16(0x0304));
    for (qsizetype size = 0; size < server.size(); ++size) {
        const auto hello = TlsServerHello::parse(server.first(size));
        QVERIFY(!hello || hello->version == 0x0303);
    }
    // Every byte made wrong: never a crash, whatever is read (the sanitizers watch).
    for (qsizetype i = 0; i < whole.size(); ++i) {
        QByteArray broken = whole;
        broken[i] = '\xff';
        Listener listener;
        listener.hear('c', record(22, message(1, broken)));
        QVERIFY(listener.signs.size() <= 1);
    }
}

void tst_TlsScanner::alertNames_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("name");
    QTest::newRow("the first") << 0 << u"close_notify"_s;
    QTest::newRow("the default of the fault") << 40 << u"handshake_failure"_s;
    QTest::newRow("retired, still named") << 41 << u"no_certificate"_s;
    QTest::newRow("the last") << 120 << u"no_application_protocol"_s;
    QTest::newRow("nobody's") << 200 << u"alert_200"_s;
}

void tst_TlsScanner::alertNames()
{
    QFETCH(int, code);
    QTEST(wireAlertName(code), "name");
}

QTEST_GUILESS_MAIN(tst_TlsScanner)
#include "tst_tlsscanner.moc"
