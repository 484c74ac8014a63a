// SPDX-License-Identifier: MIT
#include "core/retry/retryingaccessmanager.h"
#include "tests/support/printers.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QRegularExpression>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>
#include <QtQml/QQmlEngine>
#include <QtQml/QQmlNetworkAccessManagerFactory>
#include <QtTest/QTest>

#include <vector>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! What a script says, in order.
class Probe : public QObject
{
    Q_OBJECT
public:
    QStringList lines;

public Q_SLOTS:

    void say(const QString &line) { lines.append(line); }
};

//! A QML engine's XMLHttpRequest, which knows nothing of us, through the drop-in.
class tst_DropinQml : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void answered_data();
    void answered();
    void givenUp();
    void aborted();
    void synchronousFails();
};

namespace {

class Factory final : public QQmlNetworkAccessManagerFactory
{
public:
    QNetworkAccessManager *create(QObject *parent) override
    {
        auto *manager = new RetryingAccessManager(parent);
        manager->setProxy(QNetworkProxy::NoProxy);
        RetryPolicy policy;
        policy.initialBackoff = 1ms;
        manager->setPolicy(policy);
        managers.push_back(manager);
        return manager;
    }

    std::vector<RetryingAccessManager *> managers;
};

//! An engine in which run(method, url, body, isAsynchronous) sends, and tells the probe.
class Page final
{
public:
    Page()
    {
        engine.setNetworkAccessManagerFactory(&factory);
        QJSEngine::setObjectOwnership(&probe, QJSEngine::CppOwnership);
        engine.globalObject().setProperty(QStringLiteral("probe"), engine.newQObject(&probe));
        const QJSValue result = engine.evaluate(QStringLiteral(R"(
            var xhr;
            function run(method, url, body, isAsynchronous) {
                xhr = new XMLHttpRequest;
                xhr.onreadystatechange = function() {
                    if (xhr.readyState === XMLHttpRequest.HEADERS_RECEIVED)
                        probe.say("head " + xhr.status + " " + xhr.getResponseHeader("X-Answer"));
                    if (xhr.readyState === XMLHttpRequest.DONE)
                        probe.say("done " + xhr.status + " " + xhr.responseText);
                };
                xhr.open(method, url, isAsynchronous);
                xhr.setRequestHeader("X-Question", "why");
                xhr.send(body);
            })"));
        Q_ASSERT(!result.isError());
    }

    QJSValue run(const QByteArray &method, const QUrl &url, const QByteArray &body = {},
                 bool isAsynchronous = true)
    {
        return engine.globalObject()
            .property(QStringLiteral("run"))
            .call({QString::fromLatin1(method), url.toString(), QString::fromLatin1(body),
                   isAsynchronous});
    }

    Factory factory;
    Probe probe;
    QQmlEngine engine;
};

} // namespace

void tst_DropinQml::answered_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("POST") << QByteArray("POST") << QByteArray("the body");
    QTest::newRow("PUT") << QByteArray("PUT") << QByteArray("the body");
    QTest::newRow("PATCH") << QByteArray("PATCH") << QByteArray("the body");
}

// Two attempts are cut, the third is answered: the script sees one answer.
void tst_DropinQml::answered()
{
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, body);
    const PeerScript cut{readRequest(), fin()};
    const RawPeer peer(
        {cut, cut,
         PeerScript{readRequest(), sendBytes(response(200, "hello", "X-Answer: yes\r\n"))}});
    Page page;
    QVERIFY(!page.run(method, peer.url(), body).isError());
    QTRY_COMPARE(page.probe.lines,
                 QStringList({QStringLiteral("head 200 yes"), QStringLiteral("done 200 hello")}));
    const QList<PeerRequest> seen = peer.received();
    QCOMPARE(seen.size(), 3);
    for (const PeerRequest &request : seen) {
        QVERIFY(request.head.startsWith(QByteArray(method + " / HTTP/1.1\r\n")));
        QCOMPARE(request.header("X-Question"), "why");
        QCOMPARE(request.body, body);
    }
    QCOMPARE(page.factory.managers.size(), size_t(1));
}

void tst_DropinQml::givenUp()
{
    const RawPeer peer({readRequest(), fin()});
    Page page;
    QVERIFY(!page.run("POST", peer.url(), "the body").isError());
    QTRY_COMPARE(page.probe.lines, QStringList({QStringLiteral("done 0 ")}));
    QCOMPARE(peer.requests(), 3);
}

void tst_DropinQml::aborted()
{
    const RawPeer peer({readRequest(), stall()});
    Page page;
    QVERIFY(!page.run("POST", peer.url(), "the body").isError());
    QTRY_COMPARE(peer.requests(), 1);
    QVERIFY(!page.engine.evaluate(QStringLiteral("xhr.abort()")).isError());
    QTRY_COMPARE(page.probe.lines, QStringList({QStringLiteral("done 0 ")}));
    QTRY_COMPARE(page.factory.managers.front()->findChildren<QNetworkReply *>().size(), 0);
    QCOMPARE(peer.requests(), 1);
}

// It could be retried only by a nested event loop within the script.
void tst_DropinQml::synchronousFails()
{
    const RawPeer peer({readRequest(), sendBytes(response(200, "never"))});
    Page page;
    page.run("GET", peer.url(), {}, false);
    QTRY_COMPARE(page.probe.lines, QStringList({QStringLiteral("done 0 ")}));
    QCOMPARE(peer.connections(), 0);
}

QTEST_GUILESS_MAIN(tst_DropinQml)
#include "tst_dropin_qml.moc"
