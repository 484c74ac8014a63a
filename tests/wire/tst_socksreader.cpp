// SPDX-License-Identifier: MIT
#include "core/wire/socks5.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

using State = SocksReader::State;

namespace {

QByteArray hex(const char *text)
{
    return QByteArray::fromHex(text);
}

//! Goes through a whole negotiation, and says how it went.
QString negotiate(const QList<QByteArray> &parts)
{
    SocksReader reader;
    QStringList steps;
    for (const QByteArray &part : parts) {
        State state = reader.feed(part);
        while (state != State::NeedMore && state != State::Error && state != State::Request) {
            if (state == State::Greeting)
                steps += reader.offers(Socks5::Method::Password) ? u"password"_s : u"none"_s;
            else
                steps += QString::fromLatin1(reader.user() + '/' + reader.password());
            state = reader.proceed(state == State::Greeting);
        }
    }
    const SocksTarget target = reader.target();
    steps += u"%1 %2%3:%4"_s.arg(QString::number(int(reader.command())), target.name,
                                 QString::fromLatin1(target.address.toHex()),
                                 QString::number(target.port));
    steps += reader.state() == State::Request ? u"whole"_s : u"not whole"_s;
    return steps.join(u'|') + u"|rest "_s + QString::fromLatin1(reader.takeRest());
}

} // namespace

class tst_SocksReader : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void everySplit_data();
    void everySplit();
    void refuses_data();
    void refuses();
    void stopsUntilProceed();
    void bounded();
    void answers();
};

void tst_SocksReader::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_SocksReader::everySplit_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("expected");
    const QByteArray start = hex("05020002") + hex("0103") + "1.7" + hex("06") + "secret";

    QTest::newRow("a name") << start + hex("0501000309") + "localhost" + hex("01bb") + "REST"
                            << u"password|1.7/secret|1 localhost:443|whole|rest REST"_s;
    QTest::newRow("an IPv4 address") << start + hex("050100017f0000010050")
                                     << u"password|1.7/secret|1 7f000001:80|whole|rest "_s;
    QTest::newRow("an IPv6 address")
        << start
               + hex("05010004"
                     "00000000000000000000000000000001"
                     "ffff")
        << u"password|1.7/secret|1 00000000000000000000000000000001:65535|whole|rest "_s;
    QTest::newRow("BIND") << start + hex("050200017f0000010050")
                          << u"password|1.7/secret|2 7f000001:80|whole|rest "_s;
    QTest::newRow("empty user and password") << hex("050102"
                                                    "010000"
                                                    "050100017f0000010050")
                                             << u"password|/|1 7f000001:80|whole|rest "_s;
}

void tst_SocksReader::everySplit()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QString, expected);
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut)
        QCOMPARE(negotiate({bytes.first(cut), bytes.sliced(cut)}), expected);
    QList<QByteArray> single;
    for (const char byte : bytes)
        single += QByteArray(1, byte);
    QCOMPARE(negotiate(single), expected);
}

void tst_SocksReader::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("replyDue");
    QTest::addColumn<Socks5::Reply>("reply");
    const QByteArray start = hex("050102"
                                 "0101610162");
    using Reply = Socks5::Reply;

    QTest::newRow("SOCKS4") << hex("0401") << false << Reply::GeneralFailure;
    QTest::newRow("an HTTP request") << QByteArray("GET /") << false << Reply::GeneralFailure;
    QTest::newRow("a login of another version") << hex("050102"
                                                       "02")
                                                << false << Reply::GeneralFailure;
    QTest::newRow("a request of another version")
        << start + hex("04") << true << Reply::GeneralFailure;
    QTest::newRow("an unknown address type")
        << start + hex("0501000200") << true << Reply::AddressTypeNotSupported;
    QTest::newRow("an empty name")
        << start + hex("05010003000050") << true << Reply::GeneralFailure;
    QTest::newRow("a name with a line break")
        << start + hex("0501000303610a620050") << true << Reply::GeneralFailure;
    QTest::newRow("a name beyond ASCII")
        << start + hex("0501000302c3a40050") << true << Reply::GeneralFailure;
}

void tst_SocksReader::refuses()
{
    QFETCH(QByteArray, bytes);
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
        SocksReader reader;
        reader.feed(bytes.first(cut));
        reader.feed(bytes.sliced(cut));
        while (reader.state() == State::Greeting || reader.state() == State::Login)
            reader.proceed(reader.state() == State::Greeting);
        QCOMPARE(reader.state(), State::Error);
        QVERIFY(!reader.errorText().isEmpty());
        QTEST(reader.isReplyDue(), "replyDue");
        QTEST(reader.errorReply(), "reply");
        QCOMPARE(reader.feed("x"), State::Error);
    }
}

void tst_SocksReader::stopsUntilProceed()
{
    SocksReader reader;
    QCOMPARE(reader.feed(hex("050100"
                             "050100017f0000010050")),
             State::Greeting);
    QVERIFY(!reader.offers(Socks5::Method::Password));
    QVERIFY(reader.offers(Socks5::Method::None));
    QCOMPARE(reader.feed("more"), State::Greeting);
    QCOMPARE(reader.proceed(), State::Request);
    QCOMPARE(reader.proceed(), State::Request);
    QCOMPARE(reader.takeRest(), QByteArray("more"));
}

void tst_SocksReader::bounded()
{
    SocksReader reader;
    QCOMPARE(reader.feed(hex("050102")), State::Greeting);
    QCOMPARE(reader.feed(QByteArray(64 * 1024, 'x')), State::Greeting);
    QCOMPARE(reader.feed("x"), State::Error);
}

void tst_SocksReader::answers()
{
    QCOMPARE(Socks5::methodAnswer(Socks5::Method::Password), hex("0502"));
    QCOMPARE(Socks5::methodAnswer(Socks5::Method::NoneAcceptable), hex("05ff"));
    QCOMPARE(Socks5::loginAnswer(true), hex("0100"));
    QCOMPARE(Socks5::loginAnswer(false), hex("0101"));
    QCOMPARE(Socks5::requestAnswer(Socks5::Reply::CommandNotSupported),
             hex("05070001000000000000"));
}

QTEST_GUILESS_MAIN(tst_SocksReader)
#include "tst_socksreader.moc"
