// SPDX-License-Identifier: MIT
#include "core/wire/proxyhandshake.h"
#include "tests/support/printers.h"

#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;

using Protocol = ProxyHandshake::Protocol;
using State = ProxyHandshake::State;

//! What a client says to a proxy, and what the answers mean, byte by byte.
class tst_ProxyHandshake : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void requests_data();
    void requests();
    void opens_data();
    void opens();
    void fails_data();
    void fails();
};

namespace {

SocksTarget named(const QString &name)
{
    return {name, {}, 443};
}

QByteArray hex(const char *digits)
{
    return QByteArray::fromHex(digits);
}

//! Answers as a proxy would, never with more than is wanted; what it sent, and what is left over.
struct Dialogue
{
    QByteArray sent;
    QByteArray left;

    Dialogue(ProxyHandshake &handshake, const QByteArray &answers) : left(answers)
    {
        sent += handshake.takeOutput();
        while (handshake.wanted() > 0 && !left.isEmpty()) {
            const QByteArray piece = left.left(handshake.wanted());
            left.remove(0, piece.size());
            handshake.feed(piece);
            sent += handshake.takeOutput();
        }
    }
};

} // namespace

void tst_ProxyHandshake::requests_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QByteArray>("login");
    QTest::addColumn<QByteArray>("answers");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *title, Protocol protocol, const QString &name,
                        const QByteArray &address, const QByteArray &login,
                        const QByteArray &answers, const QByteArray &expected) {
        QTest::newRow(title) << int(protocol) << name << address << login << answers << expected;
    };
    row("CONNECT by name", Protocol::Http, u"a.test"_s, {}, {}, {},
        "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n");
    row("CONNECT with a login", Protocol::Http, u"a.test"_s, {}, "me:secret", {},
        "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n"
        "Proxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n");
    row("CONNECT to an IPv4 address", Protocol::Http, {}, hex("c0000201"), {}, {},
        "CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: 192.0.2.1:443\r\n\r\n");
    row("CONNECT to an IPv6 address, in brackets", Protocol::Http, {},
        hex("20010db8000000000000000000000001"), {}, {},
        "CONNECT [2001:db8:0:0:0:0:0:1]:443 HTTP/1.1\r\nHost: [2001:db8:0:0:0:0:0:1]:443\r\n\r\n");
    row("SOCKS5 by name", Protocol::Socks5, u"a.test"_s, {}, {}, hex("0500"),
        hex("050100"
            "05010003")
            + "\x06"
              "a.test\x01\xbb");
    row("SOCKS5 with a login", Protocol::Socks5, u"a.test"_s, {}, "me:secret", hex("05020100"),
        hex("05020002"
            "01026d6506736563726574"
            "05010003")
            + "\x06"
              "a.test\x01\xbb");
    row("SOCKS5 with a login that is not wanted", Protocol::Socks5, u"a.test"_s, {}, "me:secret",
        hex("0500"),
        hex("05020002"
            "05010003")
            + "\x06"
              "a.test\x01\xbb");
    row("SOCKS5 to an IPv4 address", Protocol::Socks5, {}, hex("c0000201"), {}, hex("0500"),
        hex("050100"
            "05010001"
            "c000020101bb"));
    row("SOCKS5 to an IPv6 address", Protocol::Socks5, {}, hex("20010db8000000000000000000000001"),
        {}, hex("0500"),
        hex("050100"
            "05010004"
            "20010db800000000000000000000000101bb"));
}

void tst_ProxyHandshake::requests()
{
    QFETCH(int, protocol);
    QFETCH(QString, name);
    QFETCH(QByteArray, address);
    QFETCH(QByteArray, login);
    QFETCH(QByteArray, answers);
    QFETCH(QByteArray, expected);
    const qsizetype colon = login.indexOf(':');
    ProxyHandshake handshake(static_cast<Protocol>(protocol), {name, address, 443},
                             login.left(std::max<qsizetype>(colon, 0)), login.mid(colon + 1));
    const Dialogue dialogue(handshake, answers);
    QCOMPARE(dialogue.sent, expected);
    QCOMPARE(handshake.state(), State::NeedMore);
    QCOMPARE(handshake.end(), State::Failed);
    QCOMPARE(handshake.cause(), u"ProxyClosed"_s);
}

void tst_ProxyHandshake::opens_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("answers");
    const auto row = [](const char *title, Protocol protocol, const QByteArray &answers) {
        QTest::newRow(title) << int(protocol) << answers;
    };
    row("200", Protocol::Http, "HTTP/1.1 200 Connection established\r\n\r\n");
    row("200 with headers", Protocol::Http, "HTTP/1.0 200 OK\r\nVia: x\r\n\r\n");
    row("another 2xx", Protocol::Http, "HTTP/1.1 204 \r\n\r\n");
    row("bare line feeds", Protocol::Http, "HTTP/1.1 200 OK\n\n");
    row("an interim answer first", Protocol::Http,
        "HTTP/1.1 100 Wait\r\n\r\nHTTP/1.1 200 OK\r\n\r\n");
    row("SOCKS5, an IPv4 address", Protocol::Socks5,
        hex("0500"
            "05000001"
            "7f000001"
            "1234"));
    row("SOCKS5, an IPv6 address", Protocol::Socks5,
        hex("0500"
            "05000004"
            "00000000000000000000000000000001"
            "1234"));
    row("SOCKS5, a name", Protocol::Socks5,
        hex("0500"
            "05000003"
            "03"
            "616263"
            "1234"));
    row("SOCKS5, an empty name", Protocol::Socks5,
        hex("0500"
            "05000003"
            "00"
            "1234"));
}

void tst_ProxyHandshake::opens()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, answers);
    ProxyHandshake handshake(static_cast<Protocol>(protocol), named(u"a.test"_s));
    // What comes at once behind the answer is the tunnel's.
    const Dialogue dialogue(handshake, answers + "tunnel");
    QCOMPARE(handshake.state(), State::Done);
    QCOMPARE(dialogue.left, "tunnel");
    QCOMPARE(handshake.wanted(), 0);
    QCOMPARE(handshake.end(), State::Done);
}

void tst_ProxyHandshake::fails_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("login");
    QTest::addColumn<QByteArray>("answers");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *title, Protocol protocol, const QByteArray &login,
                        const QByteArray &answers, const char *expected) {
        QTest::newRow(title) << int(protocol) << login << answers << QString::fromLatin1(expected);
    };
    const auto http = [&](const char *title, const QByteArray &answers, const char *expected) {
        row(title, Protocol::Http, {}, answers, expected);
    };
    http("P8 403", "HTTP/1.1 403 Forbidden\r\n\r\n",
         "Proxy|CONNECT 403|it answered CONNECT with 403 Forbidden");
    http("P8 502", "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 9\r\n\r\n",
         "Proxy|CONNECT 502|it answered CONNECT with 502 Bad Gateway");
    http("no reason", "HTTP/1.1 504\r\n\r\n", "Proxy|CONNECT 504|it answered CONNECT with 504");
    http("a reason with a bell in it",
         "HTTP/1.1 504 a\x07"
         "b\r\n\r\n",
         "Proxy|CONNECT 504|it answered CONNECT with 504 ab");
    http("P3 407", "HTTP/1.1 407 No\r\n\r\n",
         "Proxy|407|it asks for a user name and a password (407)");
    row("P3 407 to a login", Protocol::Http, "me:secret", "HTTP/1.1 407 No\r\n\r\n",
        "Proxy|407|it does not accept the user name and the password (407)");
    http("P6 not HTTP", "SSH-2.0-OpenSSH\r\n\r\n", "Proxy|NotHttp|it did not answer in HTTP");
    http("P6 no number", "HTTP/1.1 abc\r\n\r\n", "Proxy|NotHttp|it did not answer in HTTP");
    http("a head without an end", "HTTP/1.1 200 OK\r\n" + QByteArray(70'000, 'x'),
         "Proxy|NotHttp|it did not answer in HTTP");
    const auto socks = [&](const char *title, const char *digits, const char *expected) {
        row(title, Protocol::Socks5, {}, hex(digits), expected);
    };
    const auto reply = [&](const char *title, int number, const char *expected) {
        const QByteArray digits =
            "050005" + QByteArray::number(number, 16).rightJustified(2, '0') + "0001000000000000";
        socks(title, digits.constData(), expected);
    };
    reply("P1 general failure", 1,
          "Proxy|general failure (1)|it answered \"general failure\" (SOCKS reply 1)");
    reply("P1 not allowed", 2, "Proxy|not allowed (2)|it answered \"not allowed\" (SOCKS reply 2)");
    reply("network unreachable", 3,
          "Target|network unreachable (3)|it answered \"network unreachable\" (SOCKS reply 3)");
    reply("host unreachable", 4,
          "Name|host unreachable (4)|it answered \"host unreachable\" (SOCKS reply 4)");
    reply("connection refused", 5,
          "Target|connection refused (5)|it answered \"connection refused\" (SOCKS reply 5)");
    reply("TTL expired", 6, "Target|TTL expired (6)|it answered \"TTL expired\" (SOCKS reply 6)");
    reply("P2 command not supported", 7,
          "Proxy|command not supported (7)|it answered \"command not supported\" (SOCKS reply 7)");
    reply("P2 address type not supported", 8,
          "Proxy|address type not supported (8)|it answered \"address type not supported\" (SOCKS "
          "reply 8)");
    reply("no such reply", 99,
          "Proxy|SOCKS reply 99|it answered with the SOCKS reply 99, which has no meaning");
    socks("P4 a login is demanded", "0502",
          "Proxy|SocksLogin|it asks for a user name and a password");
    socks("P3 no method is acceptable", "05ff",
          "Proxy|SocksLogin|it asks for a user name and a password");
    row("P3 no method is acceptable, with a login", Protocol::Socks5, "me:secret", hex("05ff"),
        "Proxy|SocksLogin|it takes neither a user name and a password nor none");
    row("a wrong login", Protocol::Socks5, "me:secret", hex("05020101"),
        "Proxy|SocksLogin|it does not accept the user name and the password");
    socks("P6 not SOCKS", "4854", "Proxy|NotSocks|it did not answer in SOCKS version 5");
    socks("no such address",
          "0500"
          "05000002"
          "00",
          "Proxy|NotSocks|it did not answer in SOCKS version 5");
}

void tst_ProxyHandshake::fails()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, login);
    QFETCH(QByteArray, answers);
    QFETCH(QString, expected);
    const qsizetype colon = login.indexOf(':');
    ProxyHandshake handshake(static_cast<Protocol>(protocol), named(u"a.test"_s),
                             login.left(std::max<qsizetype>(colon, 0)), login.mid(colon + 1));
    const Dialogue dialogue(handshake, answers);
    QCOMPARE(handshake.state(), State::Failed);
    QCOMPARE(QStringList({keyOf(handshake.blame()), handshake.cause(), handshake.errorText()})
                 .join(u'|'),
             expected);
    QVERIFY(!handshake.errorText().contains(u"secret"_s));
}

QTEST_GUILESS_MAIN(tst_ProxyHandshake)
#include "tst_proxyhandshake.moc"
