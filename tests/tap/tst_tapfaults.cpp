// SPDX-License-Identifier: MIT
#include "tests/tap/taptest.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::TapTest;
using namespace Qt::StringLiterals;

namespace {

//! Up to where an exchange with "localhost" is real.
QStringList real(QStringList rest)
{
    return QStringList{u"dns started localhost"_s, u"dns finished localhost 127.0.0.1,::1"_s,
                       u"connect started 127.0.0.1:ENDPOINT"_s,
                       u"connect finished 127.0.0.1:ENDPOINT"_s}
           + rest;
}

} // namespace

class tst_TapFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void plain_data();
    void plain();
};

void tst_TapFaults::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
}

void tst_TapFaults::plain_data()
{
    using Error = QNetworkReply::NetworkError;
    QTest::addColumn<QString>("plan");
    QTest::addColumn<Error>("error");
    QTest::addColumn<int>("requests");
    QTest::addColumn<QStringList>("log");

    QTest::newRow("no fault: the answer comes through")
        << u"ok"_s << Error::NoError << 1 << real({u"request seen"_s, u"response seen"_s});
    QTest::newRow("dns: the name is not found")
        << u"dns"_s << Error::HostNotFoundError << 0 << QStringList{u"fault dns"_s};
    QTest::newRow("refused: the connection is refused")
        << u"refused"_s << Error::ConnectionRefusedError << 0 << QStringList{u"fault refused"_s};
    QTest::newRow("unreachable: Qt has no code of its own for it")
        << u"unreachable"_s << Error::UnknownNetworkError << 0
        << QStringList{u"fault unreachable"_s};
    QTest::newRow("reset: accepted, then reset")
        << u"reset"_s << Error::RemoteHostClosedError << 0
        << QStringList{u"fault reset"_s, u"server closed RST"_s};
    QTest::newRow("close: accepted, then closed")
        << u"close"_s << Error::RemoteHostClosedError << 0
        << QStringList{u"fault close"_s, u"server closed FIN"_s};
    QTest::newRow("eof: closed behind the request, which the endpoint never gets")
        << u"eof"_s << Error::RemoteHostClosedError << 0
        << real({u"request seen"_s, u"fault eof"_s, u"server closed FIN"_s});
    QTest::newRow("rst: reset behind the request")
        << u"rst"_s << Error::RemoteHostClosedError << 0
        << real({u"request seen"_s, u"fault rst"_s, u"server closed RST"_s});
    QTest::newRow("latency: slower, and nothing else")
        << u"latency(ms=5)"_s << Error::NoError << 1
        << real({u"fault latency(ms=5)"_s, u"request seen"_s, u"response seen"_s});
}

void tst_TapFaults::plain()
{
    QFETCH(QString, plan);
    QFETCH(QNetworkReply::NetworkError, error);
    QFETCH(int, requests);
    QFETCH(QStringList, log);
    TapThread tap;
    Endpoint endpoint;
    tap.name(endpoint.serverPort(), u"ENDPOINT"_s);
    tap.setPlan(plan + u"*1000"_s);
    Exchange exchange;
    exchange.post(QUrl(u"http://localhost:%1/"_s.arg(endpoint.serverPort())), tap.proxy(),
                  QByteArray(1000, 'x'));
    // The tap's word is there before Qt's.
    QObject::connect(exchange.reply.get(), &QNetworkReply::finished, &tap,
                     [&] { QCOMPARE(tap.log(), log); });
    QTRY_VERIFY_WITH_TIMEOUT(exchange.finished, 20000);
    QCOMPARE(exchange.reply->error(), error);
    QCOMPARE(endpoint.requests, requests);
    QCOMPARE(tap.log(), log);
}

QTEST_GUILESS_MAIN(tst_TapFaults)
#include "tst_tapfaults.moc"
