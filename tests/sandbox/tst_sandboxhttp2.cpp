// SPDX-License-Identifier: MIT
#include "core/sandbox/sandbox.h"
#include "tests/support/hpack.h"
#include "tests/support/http2script.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QtEndian>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const QByteArray Chat =
    R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})";

enum FrameType : quint8 { Data, Headers, Priority, RstStream, Settings, PushPromise, Ping, GoAway };

struct Frame
{
    quint8 type = 0;
    quint8 flags = 0;
    quint32 stream = 0;
    QByteArray payload;
};

//! \brief A client that says what it is told to, frame by frame, right or wrong.
class FrameClient final : public QObject
{
public:
    explicit FrameClient(const Sandbox &sandbox)
    {
        QSslConfiguration ssl = m_socket.sslConfiguration();
        ssl.setCaCertificates({sandbox.authority()});
        ssl.setAllowedNextProtocols({QSslConfiguration::ALPNProtocolHTTP2});
        m_socket.setSslConfiguration(ssl);
        m_socket.setProxy(QNetworkProxy::NoProxy);
        connect(&m_socket, &QSslSocket::readyRead, this, [this] { read(); });
        connect(&m_socket, &QSslSocket::disconnected, this, [this] { m_isGone = true; });
        m_socket.connectToHostEncrypted(u"127.0.0.1"_s, sandbox.httpsPort());
    }

    bool connected()
    {
        return QTest::qWaitFor([this] { return m_socket.isEncrypted(); }, 10'000);
    }

    void send(const QByteArray &bytes) { m_socket.write(bytes); }

    void greet() { send(Preface + Http2::frame(Settings, 0, 0, {})); }

    void ask(quint32 stream, const HeaderFields &more = {}, const QByteArray &body = Chat)
    {
        const HeaderFields fields{{":method", "POST"},
                                  {":scheme", "https"},
                                  {":authority", "127.0.0.1"},
                                  {":path", "/v1/chat/completions"}};
        send(Http2::frame(Headers, 4, stream, encodeFields(fields + more))
             + Http2::frame(Data, 1, stream, body));
    }

    bool has(quint8 type, quint32 stream) const
    {
        return std::any_of(m_frames.begin(), m_frames.end(), [=](const Frame &frame) {
            return frame.type == type && frame.stream == stream;
        });
    }

    bool isGone() const { return m_isGone; }

    const QList<Frame> &frames() const { return m_frames; }

    void setReading(bool on)
    {
        m_isReading = on;
        m_socket.setReadBufferSize(on ? 0 : 1024);
        if (on)
            read();
    }

private:
    void read()
    {
        if (!m_isReading)
            return;
        m_input += m_socket.readAll();
        while (m_input.size() >= 9) {
            const auto size = qFromBigEndian<quint32>(m_input.constData()) >> 8;
            if (m_input.size() < 9 + qsizetype(size))
                return;
            m_frames.append({quint8(m_input[3]), quint8(m_input[4]),
                             qFromBigEndian<quint32>(m_input.constData() + 5),
                             m_input.mid(9, qsizetype(size))});
            m_input.remove(0, 9 + qsizetype(size));
        }
    }

    QSslSocket m_socket;
    QByteArray m_input;
    QList<Frame> m_frames;
    bool m_isGone = false;
    bool m_isReading = true;
};

} // namespace

// The sandbox over HTTP/2: the same answers, many at once, and what breaks the protocol.
class tst_SandboxHttp2 : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init();

    void onlyWhereItIsOffered();
    void sameAnswersAsHttp1_data();
    void sameAnswersAsHttp1();
    void manyAtOnce();
    void aBodyWithoutALength();
    void largeBodiesAreRefused();
    void faultsNeedHttp2();
    void answersWaitForTheWindow();
    void brokenFrames_data();
    void brokenFrames();
    void resetsInARow();

private:
    bool startWith(bool http2);
    QNetworkReply *post(const QByteArray &body, const QString &path = u"/v1/chat/completions"_s,
                        QIODevice *device = nullptr);
    QByteArray answerTo(QNetworkReply *reply, int *status = nullptr);

    std::unique_ptr<Sandbox> m_sandbox;
    std::unique_ptr<QNetworkAccessManager> m_manager;
};

void tst_SandboxHttp2::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    QVERIFY(startWith(true));
}

bool tst_SandboxHttp2::startWith(bool http2)
{
    m_manager = std::make_unique<QNetworkAccessManager>();
    m_manager->setProxy(QNetworkProxy::NoProxy);
    m_sandbox = std::make_unique<Sandbox>(Clock::system());
    SandboxOptions options;
    options.tokens = 20;
    options.tokensPerSecond = 1e6;
    options.firstToken = 0ms;
    options.http2 = http2;
    return m_sandbox->start(options);
}

QNetworkReply *tst_SandboxHttp2::post(const QByteArray &body, const QString &path,
                                      QIODevice *device)
{
    QNetworkRequest request(
        QUrl(u"https://127.0.0.1:%1%2"_s.arg(m_sandbox->httpsPort()).arg(path)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    ssl.setCaCertificates({m_sandbox->authority()});
    request.setSslConfiguration(ssl);
    return device ? m_manager->post(request, device) : m_manager->post(request, body);
}

QByteArray tst_SandboxHttp2::answerTo(QNetworkReply *reply, int *status)
{
    const std::unique_ptr<QNetworkReply> owned(reply);
    QSignalSpy finished(reply, &QNetworkReply::finished);
    if (!reply->isFinished() && !finished.wait(20'000))
        return "no end";
    if (status)
        *status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (!reply->attribute(QNetworkRequest::Http2WasUsedAttribute).toBool())
        return "no HTTP/2";
    return reply->readAll();
}

void tst_SandboxHttp2::onlyWhereItIsOffered()
{
    QVERIFY(answerTo(post(Chat)).endsWith("data: [DONE]\n\n"));
    QVERIFY(startWith(false));
    QCOMPARE(answerTo(post(Chat)), QByteArray("no HTTP/2"));
    SandboxOptions plain;
    plain.tls = false;
    plain.http2 = true;
    QVERIFY(!m_sandbox->start(plain));
    QVERIFY(m_sandbox->errorString().contains("HTTP/2"_L1));
}

void tst_SandboxHttp2::sameAnswersAsHttp1_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("status");
    QTest::newRow("stream") << u"/v1/chat/completions"_s << Chat << 200;
    QTest::newRow("whole") << u"/v1/chat/completions"_s << QByteArray(Chat).replace("true", "false")
                           << 200;
    QTest::newRow("another dialect") << u"/api/chat"_s << Chat << 200;
    QTest::newRow("no such path") << u"/nothing"_s << Chat << 404;
    QTest::newRow("no JSON") << u"/v1/chat/completions"_s << QByteArray("{") << 400;
}

void tst_SandboxHttp2::sameAnswersAsHttp1()
{
    QFETCH(QString, path);
    QFETCH(QByteArray, body);
    QFETCH(int, status);
    int seen = 0;
    const QByteArray answer = answerTo(post(body, path), &seen);
    QCOMPARE(seen, status);
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1%2"_s.arg(m_sandbox->httpPort()).arg(path)));
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    const std::unique_ptr<QNetworkReply> plain(m_manager->post(request, body));
    QSignalSpy finished(plain.get(), &QNetworkReply::finished);
    QVERIFY(finished.wait(20'000));
    // But for what counts the requests and tells the time.
    static const QRegularExpression own(
        u"req_sandbox_\\d+|\"created(_at)?\": ?\\d+|-\\d{6}|_\\d{6}"_s);
    const auto bare = [](const QByteArray &bytes) {
        return QString::fromUtf8(bytes).remove(own);
    };
    QCOMPARE(bare(answer), bare(plain->readAll()));
}

void tst_SandboxHttp2::manyAtOnce()
{
    QList<QNetworkReply *> replies;
    for (int i = 0; i < 50; ++i)
        replies.append(post(Chat));
    for (QNetworkReply *reply : replies)
        QVERIFY(answerTo(reply).endsWith("data: [DONE]\n\n"));
    QCOMPARE(m_sandbox->requestCount(), 50);
}

void tst_SandboxHttp2::aBodyWithoutALength()
{
    FrameClient client(*m_sandbox);
    QVERIFY(client.connected());
    client.greet();
    QSignalSpy arrived(m_sandbox.get(), &Sandbox::requestArrived);
    client.ask(1);
    client.ask(3, {{"content-length", QByteArray::number(Chat.size())}});
    QTRY_VERIFY_WITH_TIMEOUT(arrived.size() == 2, 10'000);
    for (const QList<QVariant> &arguments : std::as_const(arrived)) {
        const auto request = arguments.first().value<SandboxRequest>();
        QVERIFY(request.overHttp2);
        QVERIFY(request.overTls);
        QCOMPARE(request.bodySize, Chat.size());
        QCOMPARE(request.target, QByteArray("/v1/chat/completions"));
    }
    // One that lies about its length is no request.
    client.ask(5, {{"content-length", "7"}});
    QTRY_VERIFY_WITH_TIMEOUT(client.has(RstStream, 5), 10'000);
    QCOMPARE(m_sandbox->requestCount(), 2);
}

void tst_SandboxHttp2::largeBodiesAreRefused()
{
    const QByteArray large(17 * 1024 * 1024, ' ');
    int status = 0;
    answerTo(post(large), &status);
    QCOMPARE(status, 413);
    // The connection and its other streams are none the worse.
    QVERIFY(answerTo(post(Chat)).endsWith("data: [DONE]\n\n"));
}

void tst_SandboxHttp2::faultsNeedHttp2()
{
    m_sandbox->setPlan(*FaultPlan::fromString(u"h2-reset(code=8),h2-goaway,h2-reset"_s));
    QSignalSpy injected(m_sandbox.get(), &Sandbox::faultInjected);
    FrameClient client(*m_sandbox);
    QVERIFY(client.connected());
    client.greet();
    client.ask(1);
    QTRY_VERIFY_WITH_TIMEOUT(client.has(RstStream, 1), 10'000);
    QVERIFY(!client.has(Headers, 1));
    client.ask(3);
    QTRY_VERIFY_WITH_TIMEOUT(client.has(GoAway, 0), 10'000);
    const auto away = std::find_if(client.frames().begin(), client.frames().end(),
                                   [](const Frame &frame) { return frame.type == GoAway; });
    QCOMPARE(away->payload, QByteArray(8, '\0'));
    QCOMPARE(injected.size(), 2);
    // Over HTTP/1.1 there is no such frame: the answer is sound, and nothing is said to be
    // injected.
    QNetworkRequest request(QUrl(u"http://127.0.0.1:%1/v1/models"_s.arg(m_sandbox->httpPort())));
    const std::unique_ptr<QNetworkReply> plain(m_manager->get(request));
    QSignalSpy finished(plain.get(), &QNetworkReply::finished);
    QVERIFY(finished.wait(20'000));
    QCOMPARE(plain->error(), QNetworkReply::NoError);
    QCOMPARE(injected.size(), 2);
}

void tst_SandboxHttp2::answersWaitForTheWindow()
{
    FrameClient client(*m_sandbox);
    QVERIFY(client.connected());
    // A window of 100 bytes for each stream.
    client.send(Preface + Http2::frame(Settings, 0, 0, QByteArray::fromHex("000400000064")));
    client.ask(1);
    const auto received = [&client] {
        qsizetype size = 0;
        for (const Frame &frame : client.frames()) {
            if (frame.type == Data)
                size += frame.payload.size();
        }
        return size;
    };
    QTRY_COMPARE_WITH_TIMEOUT(received(), 100, 10'000);
    // WINDOW_UPDATE, for as much as anybody may want.
    client.send(Http2::frame(8, 0, 1, QByteArray::fromHex("00100000")));
    QTRY_VERIFY_WITH_TIMEOUT(!client.frames().isEmpty() && client.frames().last().type == Data
                                 && (client.frames().last().flags & 1) != 0,
                             10'000);
    QVERIFY(received() > 100);
}

void tst_SandboxHttp2::brokenFrames_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray greeting = Preface + Http2::frame(Settings, 0, 0, {});
    QTest::newRow("no preface") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    QTest::newRow("noise") << QByteArray(5000, '\xa5');
    QTest::newRow("half a preface, then noise")
        << QByteArray(Preface.first(10) + "xyzxyzxyzxyzxyz");
    QTest::newRow("a frame that is too large")
        << QByteArray(greeting + Http2::frame(Data, 0, 1, QByteArray(20'000, 'x')));
    QTest::newRow("data of no stream") << QByteArray(greeting + Http2::frame(Data, 0, 9, "x"));
    QTest::newRow("headers on stream 0")
        << QByteArray(greeting + Http2::frame(Headers, 5, 0, encodeFields({{":method", "GET"}})));
    QTest::newRow("headers that are no HPACK")
        << QByteArray(greeting + Http2::frame(Headers, 5, 1, QByteArray(40, '\xff')));
    QTest::newRow("a setting that cannot be")
        << QByteArray(Preface + Http2::frame(Settings, 0, 0, QByteArray::fromHex("0004ffffffff")));
    QTest::newRow("settings of five bytes")
        << QByteArray(Preface + Http2::frame(Settings, 0, 0, "12345"));
    QTest::newRow("a window beyond its limit")
        << QByteArray(greeting + Http2::frame(8, 0, 0, QByteArray::fromHex("7fffffff")));
    QTest::newRow("a ping of one byte") << QByteArray(greeting + Http2::frame(Ping, 0, 0, "1"));
    QTest::newRow("a client that pushes")
        << QByteArray(greeting + Http2::frame(PushPromise, 4, 1, QByteArray(4, '\0')));
    QByteArray endless = greeting + Http2::frame(Headers, 0, 1, "");
    for (int i = 0; i < 2000; ++i)
        endless += Http2::frame(9, 0, 1, encodeFields({{"a", QByteArray(500, 'a')}}));
    QTest::newRow("headers without an end") << endless;
}

// What breaks the protocol ends the connection, and nothing else.
void tst_SandboxHttp2::brokenFrames()
{
    QFETCH(QByteArray, bytes);
    FrameClient client(*m_sandbox);
    QVERIFY(client.connected());
    client.send(bytes);
    QTRY_VERIFY_WITH_TIMEOUT(client.isGone(), 10'000);
    QCOMPARE(m_sandbox->requestCount(), 0);
    QVERIFY(answerTo(post(Chat)).endsWith("data: [DONE]\n\n"));
}

// A client that opens streams and resets them at once keeps nobody from being answered.
void tst_SandboxHttp2::resetsInARow()
{
    FrameClient client(*m_sandbox);
    QVERIFY(client.connected());
    client.greet();
    for (quint32 stream = 1; stream < 4000; stream += 2) {
        client.ask(stream);
        client.send(Http2::frame(RstStream, 0, stream, QByteArray(3, '\0') + '\x8'));
    }
    client.ask(4001);
    QTRY_VERIFY_WITH_TIMEOUT(client.has(Headers, 4001) || client.isGone(), 20'000);
    QVERIFY(answerTo(post(Chat)).endsWith("data: [DONE]\n\n"));
}

QTEST_GUILESS_MAIN(tst_SandboxHttp2)
#include "tst_sandboxhttp2.moc"
