// SPDX-License-Identifier: MIT
#include "tests/qtfacts/lab.h"
#include "tests/support/closedport.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope::Test;
using namespace Retryscope;
using namespace Qt::StringLiterals;

//! Which codes bare QNetworkAccessManager has for what happens, and which things share one.
class tst_QtFactsErrors : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void statuses_data();
    void statuses();
    void handshakes_data();
    void handshakes();
    void urls_data();
    void urls();
    void canceled_data();
    void canceled();
};

namespace {

const QString Statuses = u"core/retry/classify.cpp (a status is an answer, whatever Qt's code), "
                         "core/retry/httpstatus.cpp (errorForStatus() knows Qt's codes)"_s;
const QString Challenges =
    u"core/retry/requestspec.cpp (answerChallengesBeforehand() leaves challenges to the caller), "_s
    + Statuses;
const QString Handshakes =
    u"core/retry/classify.cpp (kindUnsent() takes a connection that ends before "
    "encrypted() for a cut handshake), core/retry/tlsalert.cpp (the texts of "
    "alerts), core/retry/certificatecause.cpp"_s;
const QString Urls = u"core/retry/requestcheck.cpp (checkUrl() refuses what Qt would call a DNS "
                     "failure or a refused connection)"_s;
const QString Timers = u"core/retry/requestspec.cpp (takeOverTransferTimeout(): Qt's reports the "
                       "code of an abort), core/retry/classify.cpp (endedByUs())"_s;

void addRow(const Row &row)
{
    QTest::newRow(qPrintable(row.fact.sentence)) << row;
}

void addStatus(const QString &name, int status, const QString &error,
               const QByteArray &headers = {}, qsizetype size = 100)
{
    const QByteArray body(size, 'x');
    for (const Upload upload : {Upload::Bytes, Upload::OneShot}) {
        addRow(
            {.fact = {upload == Upload::OneShot ? name + u", one-shot body"_s : name,
                      inBoth({u"%1, status %2, body whole"_s.arg(error).arg(status)}, exactly(1)),
                      headers.startsWith("WWW") ? Challenges : Statuses},
             .stimulus = {.scripts = {{readRequest(), sendBytes(response(status, body, headers))}},
                          .upload = upload,
                          .answer = body}});
    }
}

} // namespace

void tst_QtFactsErrors::statuses_data()
{
    QTest::addColumn<Row>("row");
    addStatus(u"row 8: a 401 that asks for a Bearer token, with a large body"_s, 401,
              u"AuthenticationRequiredError"_s, "WWW-Authenticate: Bearer realm=\"x\"\r\n",
              200'000);
    addStatus(u"row 8: a 401 that asks for Basic credentials, with a large body"_s, 401,
              u"AuthenticationRequiredError"_s, "WWW-Authenticate: Basic realm=\"x\"\r\n", 200'000);
    addStatus(u"row 9: a 503 with a body"_s, 503, u"ServiceUnavailableError"_s);
    addStatus(u"row 10: a 302 that is not followed"_s, 302, u"NoError"_s,
              "Location: http://127.0.0.1:1/\r\n");

    struct Own
    {
        int status;
        QString error;
    };

    const QList<Own> codes{
        {400, u"ProtocolInvalidOperationError"_s},
        {403, u"ContentAccessDenied"_s},
        {404, u"ContentNotFoundError"_s},
        {405, u"ContentOperationNotPermittedError"_s},
        {407, u"ProxyAuthenticationRequiredError"_s},
        {409, u"ContentConflictError"_s},
        {410, u"ContentGoneError"_s},
        {418, u"ProtocolInvalidOperationError"_s},
        {500, u"InternalServerError"_s},
        {501, u"OperationNotImplementedError"_s},
    };
    for (const Own &code : codes)
        addStatus(u"a %1 has the code %2"_s.arg(code.status).arg(code.error), code.status,
                  code.error);
    for (const int status : {408, 413, 422, 425, 429})
        addStatus(u"a %1 shares its code with others"_s.arg(status), status,
                  u"UnknownContentError"_s);
    for (const int status : {502, 504, 520, 524, 529})
        addStatus(u"a %1 shares its code with others"_s.arg(status), status,
                  u"UnknownServerError"_s);
}

void tst_QtFactsErrors::statuses()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsErrors::handshakes_data()
{
    QTest::addColumn<Row>("row");
    const auto overTls = [](QNetworkRequest &request) {
        QUrl url = request.url();
        url.setScheme(u"https"_s);
        request.setUrl(url);
    };
    const auto bytes = [&](const QString &name, const PeerScript &script, const QString &error) {
        addRow(
            {.fact = {name, inBoth({error + u", no status"_s}, exactly(1)), Handshakes},
             .stimulus = {.scripts = {script}, .counted = Counted::Connections, .prepare = overTls},
             .runs = 3});
    };
    const auto alert = [](char code) -> QByteArray {
        return QByteArray("\x15\x03\x03\x00\x02\x02", 6) + code;
    };
    const QString failed = u"SslHandshakeFailedError"_s;
    bytes(u"the alert handshake_failure"_s, {readSome(), sendBytes(alert(40)), fin()}, failed);
    bytes(u"the alert protocol_version"_s, {readSome(), sendBytes(alert(70)), fin()}, failed);
    bytes(u"the alert unrecognized_name"_s, {readSome(), sendBytes(alert(112)), fin()}, failed);
    bytes(u"plain HTTP instead of a handshake"_s,
          {readSome(), sendBytes(response(400, "not TLS")), fin()}, failed);
    bytes(u"a FIN after the ClientHello has the code of a connection that closed"_s,
          {readSome(), fin()}, u"RemoteHostClosedError"_s);
    bytes(u"a RST after the ClientHello has the code of a connection that closed"_s,
          {readSome(), rst()}, u"RemoteHostClosedError"_s);

    const auto certificate = [&](const QString &name, const CertificateRequest &request) {
        addRow({.fact = {name, inBoth({failed + u", no status"_s}, exactly(1)), Handshakes},
                .stimulus = {.scripts = {{readRequest(), sendBytes(response(200, "never"))}},
                             .isTls = true,
                             .credential = Lab::issue(request),
                             .counted = Counted::Connections},
                .runs = 2});
    };
    certificate(u"a certificate signed by itself"_s,
                {.names = {u"127.0.0.1"_s}, .selfSigned = true});
    certificate(u"a certificate for another host"_s, {.names = {u"other.test"_s}});
}

void tst_QtFactsErrors::handshakes()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsErrors::urls_data()
{
    QTest::addColumn<Row>("row");
    static const ClosedPort nobody; // for the rows, which come later
    const QString closed = nobody.url().toString();
    const auto add = [](const QString &name, const QString &url, const QString &error) {
        addRow({.fact = {name, inBoth({error + u", no status"_s}, exactly(0)), Urls},
                .stimulus = {
                    .scripts = {{stall()}}, .counted = Counted::Connections, .url = QUrl(url)}});
    };
    add(u"no host: the code of a failed look-up"_s, u"http:///"_s, u"HostNotFoundError"_s);
    add(u"a malformed host: the code of a failed look-up"_s, u"http://exa mple/"_s,
        u"HostNotFoundError"_s);
    add(u"a name that does not exist"_s, u"http://nosuch.invalid/"_s, u"HostNotFoundError"_s);
    add(u"port 0: the code of a refused connection"_s, u"http://127.0.0.1:0/"_s,
        u"ConnectionRefusedError"_s);
    add(u"a closed port"_s, closed, u"ConnectionRefusedError"_s);
    add(u"a scheme that is none"_s, u"gopher://127.0.0.1/"_s, u"ProtocolUnknownError"_s);
}

void tst_QtFactsErrors::urls()
{
    QFETCH(Row, row);
    checkRow(row);
}

void tst_QtFactsErrors::canceled_data()
{
    QTest::addColumn<PeerScript>("script");
    QTest::addColumn<bool>("isAborted");
    QTest::addColumn<Fact>("fact");
    const PeerScript silent{readRequest()};
    const PeerScript halfway{readRequest(),
                             sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")};
    const auto add = [](const QString &name, const PeerScript &script, bool isAborted,
                        const QString &end) {
        QTest::newRow(qPrintable(name))
            << script << isAborted << Fact{name, inBoth({end}, exactly(1)), Timers};
    };
    const QString noStatus = u"OperationCanceledError, no status"_s;
    const QString body = u"OperationCanceledError, status 200, body closed"_s;
    add(u"abort() while waiting for the head"_s, silent, true, noStatus);
    add(u"the transfer timeout does the same, while waiting for the head"_s, silent, false,
        noStatus);
    add(u"abort() during the body: what has come cannot be read any more"_s, halfway, true, body);
    add(u"the transfer timeout does the same, during the body"_s, halfway, false, body);
}

void tst_QtFactsErrors::canceled()
{
    QFETCH(PeerScript, script);
    QFETCH(bool, isAborted);
    QFETCH(Fact, fact);
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    Lab lab({.scripts = {script}, .answer = "half body", .prepare = [=](QNetworkRequest &request) {
                 // Short: it is the code that matters here. How late it comes, the benchmark tells.
                 if (!isAborted)
                     request.setTransferTimeout(50);
             }});
    const std::unique_ptr<QNetworkReply> reply(lab.send());
    if (isAborted) {
        const bool hasBody = script.size() > 1;
        QTRY_VERIFY(hasBody ? reply->bytesAvailable() > 0 : lab.peer.requests() > 0);
        reply->abort();
    }
    QVERIFY(Lab::finish(reply.get()));
    checkFact(fact, {lab.endOf(reply.get()), lab.peer.requests()});
}

QTEST_GUILESS_MAIN(tst_QtFactsErrors)
#include "tst_qtfacts_errors.moc"
