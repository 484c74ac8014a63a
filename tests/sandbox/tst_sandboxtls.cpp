// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"

#include "tests/sandbox/rawclient.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>
#include <QtTest/QSignalSpy>

using namespace Retryscope;

namespace {

const QByteArray streamed =
    R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})";

SandboxOptions fast()
{
    SandboxOptions options;
    options.tokens = 20;
    options.tokensPerSecond = 1e6;
    options.firstToken = std::chrono::milliseconds(0);
    return options;
}

} // namespace

class tst_SandboxTls : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();

    void sameBytesAsPlain_data();
    void sameBytesAsPlain();
    void faults_data();
    void faults();
    void withoutTheAuthority();
    void newAuthorityEachStart();
    void withoutTls();
    void plainBytesOnTheTlsPort();
    void networkAccessManager_data();
    void networkAccessManager();

private:
    //! Sends it over TLS, trusting \a authority alone, and reads until the end.
    QByteArray exchange(const QByteArray &request, const QString &name,
                        const QSslCertificate &authority);

    std::unique_ptr<Sandbox> m_sandbox;
};

void tst_SandboxTls::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    m_sandbox = std::make_unique<Sandbox>(Clock::system());
    QVERIFY(m_sandbox->start(fast()));
}

QByteArray tst_SandboxTls::exchange(const QByteArray &request, const QString &name,
                                    const QSslCertificate &authority)
{
    QSslSocket client;
    QSslConfiguration configuration = client.sslConfiguration();
    configuration.setCaCertificates({authority});
    client.setSslConfiguration(configuration);
    QByteArray received;
    connect(&client, &QSslSocket::encrypted, &client, [&] { client.write(request); });
    connect(&client, &QSslSocket::readyRead, &client, [&] { received += client.readAll(); });
    QSignalSpy gone(&client, &QSslSocket::disconnected);
    client.connectToHostEncrypted(QStringLiteral("127.0.0.1"), m_sandbox->httpsPort(), name);
    if (gone.isEmpty() && !gone.wait())
        return "NO END AFTER: " + received;
    return received + client.readAll();
}

void tst_SandboxTls::sameBytesAsPlain_data()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("localhost") << QStringLiteral("localhost");
    QTest::newRow("127.0.0.1") << QStringLiteral("127.0.0.1");
    QTest::newRow("::1") << QStringLiteral("::1");
}

void tst_SandboxTls::sameBytesAsPlain()
{
    QFETCH(QString, name);
    QList<bool> overTls;
    connect(m_sandbox.get(), &Sandbox::requestArrived, this,
            [&](const SandboxRequest &request) { overTls += request.overTls; });
    RawClient client(m_sandbox->httpPort());
    QVERIFY(client.send(post(streamed)));
    QVERIFY(client.waitForEnd());
    const QByteArray received = exchange(post(streamed), name, m_sandbox->authority());
    bool whole = false;
    QCOMPARE(bodyOf(received, &whole), bodyOf(client.received()));
    QVERIFY(whole);
    QCOMPARE(overTls, (QList<bool>{false, true}));
}

void tst_SandboxTls::faults_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<int>("events");
    QTest::newRow("a FIN") << QStringLiteral("cut(after=4)") << 4;
    QTest::newRow("an RST") << QStringLiteral("body-reset(after=4)") << 4;
    QTest::newRow("no body at all") << QStringLiteral("body-reset(after=0)") << 0;
}

// The events before the end arrive, whatever the end is.
void tst_SandboxTls::faults()
{
    QFETCH(QString, fault);
    QFETCH(int, events);
    m_sandbox->setPlan(*FaultPlan::fromString(fault));
    const QByteArray received =
        exchange(post(streamed), QStringLiteral("localhost"), m_sandbox->authority());
    bool whole = true;
    QCOMPARE(bodyOf(received, &whole).count("data: "), events);
    QVERIFY(!whole);
}

void tst_SandboxTls::withoutTheAuthority()
{
    Sandbox other(Clock::system());
    QVERIFY(other.start(fast()));
    QCOMPARE(exchange(post(streamed), QStringLiteral("localhost"), other.authority()),
             QByteArray());
    QCOMPARE(m_sandbox->requestCount(), 0);
    // It goes on serving those who trust it.
    QVERIFY(exchange(get("/v1/models"), QStringLiteral("localhost"), m_sandbox->authority())
                .startsWith("HTTP/1.1 200 OK\r\n"));
}

void tst_SandboxTls::newAuthorityEachStart()
{
    const QSslCertificate first = m_sandbox->authority();
    QVERIFY(!first.isNull());
    m_sandbox->stop();
    QVERIFY(m_sandbox->authority().isNull());
    QCOMPARE(m_sandbox->httpsPort(), quint16(0));
    QVERIFY(m_sandbox->start(fast()));
    QVERIFY(m_sandbox->authority() != first);
}

void tst_SandboxTls::withoutTls()
{
    SandboxOptions options = fast();
    options.tls = false;
    QVERIFY(m_sandbox->start(options));
    QCOMPARE(m_sandbox->httpsPort(), quint16(0));
    QVERIFY(m_sandbox->authority().isNull());
    QVERIFY(m_sandbox->httpPort() != 0);
}

void tst_SandboxTls::plainBytesOnTheTlsPort()
{
    RawClient client(m_sandbox->httpsPort());
    QVERIFY(client.send(get("/v1/models")));
    QVERIFY(client.waitForEnd());
    QVERIFY(!client.received().contains("HTTP/1.1"));
    QVERIFY(exchange(get("/v1/models"), QStringLiteral("localhost"), m_sandbox->authority())
                .startsWith("HTTP/1.1 200 OK\r\n"));
}

void tst_SandboxTls::networkAccessManager_data()
{
    QTest::addColumn<bool>("overTls");
    QTest::newRow("plain") << false;
    QTest::newRow("over TLS") << true;
}

// Several requests, so that connections are used again.
void tst_SandboxTls::networkAccessManager()
{
    QFETCH(bool, overTls);
    const QString base =
        overTls ? QString(u"https://127.0.0.1:" + QString::number(m_sandbox->httpsPort()))
                : QString(u"http://127.0.0.1:" + QString::number(m_sandbox->httpPort()));
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    QNetworkRequest request(QUrl(QString(base + u"/v1/chat/completions")));
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    QSslConfiguration configuration = request.sslConfiguration();
    configuration.setCaCertificates({m_sandbox->authority()});
    request.setSslConfiguration(configuration);
    for (int i = 1; i <= 3; ++i) {
        const std::unique_ptr<QNetworkReply> reply(manager.post(request, streamed));
        QSignalSpy finished(reply.get(), &QNetworkReply::finished);
        QVERIFY(finished.wait());
        QCOMPARE(reply->error(), QNetworkReply::NoError);
        const QByteArray body = reply->readAll();
        QCOMPARE(body.count("data: "), 23);
        QVERIFY(body.endsWith("data: [DONE]\n\n"));
        QCOMPARE(m_sandbox->requestCount(), i);
    }
}

QTEST_GUILESS_MAIN(tst_SandboxTls)
#include "tst_sandboxtls.moc"
