// SPDX-License-Identifier: MIT
#include "core/llm/awssigner.h"

#include <QtCore/QTimeZone>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope;

//! \brief Signatures of Amazon's published test suite, and one of Bedrock that a few lines of
//! another language computed.
class tst_AwsSigner : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void signature_data();
    void signature();
    void sessionToken();
    void credentialsFromTheEnvironment();
    void region();

private:
    const AwsCredentials m_credentials{
        "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {}};
};

void tst_AwsSigner::signature_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QUrl>("url");
    QTest::addColumn<QByteArray>("service");
    QTest::addColumn<QByteArray>("contentType");
    QTest::addColumn<QByteArray>("signature");

    const QUrl vanilla(u"https://example.amazonaws.com/"_s);
    QTest::newRow("get-vanilla")
        << QByteArray("GET") << vanilla << QByteArray("service") << QByteArray()
        << QByteArray("5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    QTest::newRow("post-vanilla")
        << QByteArray("POST") << vanilla << QByteArray("service") << QByteArray()
        << QByteArray("5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
    QTest::newRow("get-vanilla-query-order-key-case")
        << QByteArray("GET")
        << QUrl(u"https://example.amazonaws.com/?Param2=value2&Param1=value1"_s)
        << QByteArray("service") << QByteArray()
        << QByteArray("b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    QTest::newRow("names that begin alike, and a name that is there twice")
        << QByteArray("GET") << QUrl(u"https://example.amazonaws.com/?a1=1&a=3&a=2"_s)
        << QByteArray("service") << QByteArray()
        << QByteArray("cf830d2e8bdd999d8892c94dea1584779305eec5383c0b63ce0872f14d82009c");
    QTest::newRow("the worked example of the documentation")
        << QByteArray("GET")
        << QUrl(u"https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"_s)
        << QByteArray("iam") << QByteArray("application/x-www-form-urlencoded;  charset=utf-8")
        << QByteArray("5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

void tst_AwsSigner::signature()
{
    QFETCH(QByteArray, method);
    QFETCH(QUrl, url);
    QFETCH(QByteArray, service);
    QFETCH(QByteArray, contentType);
    QFETCH(QByteArray, signature);

    AwsRequest request;
    request.method = method;
    request.url = url;
    request.service = service;
    request.region = "us-east-1";
    request.time = QDateTime(QDate(2015, 8, 30), QTime(12, 36), QTimeZone::utc());
    if (!contentType.isEmpty())
        request.headers.append({"Content-Type", contentType});
    const QList<HeaderField> added = signAwsRequest(request, m_credentials);
    QCOMPARE(added.size(), 2);
    QCOMPARE(added.at(0).name, QByteArray("X-Amz-Date"));
    QCOMPARE(added.at(0).value, QByteArray("20150830T123600Z"));
    QCOMPARE(added.at(1).name, QByteArray("Authorization"));
    const QByteArray names =
        contentType.isEmpty() ? "host;x-amz-date" : "content-type;host;x-amz-date";
    QCOMPARE(added.at(1).value, QByteArray("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/"
                                           "us-east-1/"
                                           + service + "/aws4_request, SignedHeaders=" + names
                                           + ", Signature=" + signature));
}

//! The path that is sent has the colon encoded; what is signed has it encoded twice.
void tst_AwsSigner::sessionToken()
{
    AwsRequest request;
    request.url = QUrl(
        u"https://bedrock-runtime.us-west-2.amazonaws.com/model/us.amazon.nova-lite-v1%3A0/converse"_s);
    request.region = awsRegion(request.url);
    request.headers = {{"Content-Type", "application/json"}};
    request.body = "{\"messages\":[]}";
    request.time = QDateTime(QDate(2026, 1, 2), QTime(4, 4, 5), QTimeZone(3600));
    AwsCredentials credentials = m_credentials;
    credentials.sessionToken = "TOKEN/x";
    const QList<HeaderField> added = signAwsRequest(request, credentials);
    QCOMPARE(added.size(), 3);
    const HeaderField token{"X-Amz-Security-Token", "TOKEN/x"};
    QVERIFY(added.contains(token));
    QVERIFY(added.last().value.endsWith(
        "Signature=fb955bf872e4dfde57e3ed6f2cb959f898acf8645889d5448322832a8f254b27"));
}

void tst_AwsSigner::credentialsFromTheEnvironment()
{
    qunsetenv("AWS_ACCESS_KEY_ID");
    qunsetenv("AWS_SECRET_ACCESS_KEY");
    qunsetenv("AWS_SESSION_TOKEN");
    QVERIFY(!AwsCredentials::fromEnvironment());
    qputenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
    QVERIFY(!AwsCredentials::fromEnvironment());
    qputenv("AWS_SECRET_ACCESS_KEY", "secret");
    QVERIFY(AwsCredentials::fromEnvironment());
    QCOMPARE(AwsCredentials::fromEnvironment()->secretAccessKey, QByteArray("secret"));
    QCOMPARE(AwsCredentials::fromEnvironment()->sessionToken, QByteArray());
}

void tst_AwsSigner::region()
{
    qunsetenv("AWS_REGION");
    qputenv("AWS_DEFAULT_REGION", "eu-north-1");
    QCOMPARE(awsRegion(QUrl(u"https://bedrock-runtime.eu-west-3.amazonaws.com/x"_s)),
             QByteArray("eu-west-3"));
    QCOMPARE(awsRegion(QUrl(u"http://127.0.0.1:8080/x"_s)), QByteArray("eu-north-1"));
    qputenv("AWS_REGION", "eu-west-1");
    QCOMPARE(awsRegion(QUrl(u"http://127.0.0.1:8080/x"_s)), QByteArray("eu-west-1"));
}

QTEST_GUILESS_MAIN(tst_AwsSigner)
#include "tst_awssigner.moc"
