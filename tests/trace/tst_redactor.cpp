// SPDX-License-Identifier: MIT
#include "core/trace/redactor.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

// Characters that every encoding spells differently.
const auto secretText = QByteArrayLiteral("sk-t\"r\\y/2+x Q\xc3\xa9=9z");

Redactor withSecret()
{
    Redactor redactor;
    redactor.addSecret(secretText);
    return redactor;
}

QJsonObject object(const char *json)
{
    const QJsonDocument document = QJsonDocument::fromJson(json);
    Q_ASSERT(document.isObject());
    return document.object();
}

} // namespace

class tst_Redactor : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void secretHeaders_data();
    void secretHeaders();
    void headers_data();
    void headers();
    void urls_data();
    void urls();
    void knownSecretInText_data();
    void knownSecretInText();
    void everyPlaceInBase64();
    void namedInText_data();
    void namedInText();
    void wordsOfTheEndpointStay();
    void json_data();
    void json();
    void harmlessJsonIsTheSameObject();
    void shortSecretsAreNotSearchedFor();
    void overlappingSecretsLeaveNoTail();
    void secretsOfAUrlAreKnownElsewhere();
    void secretsOfAHeaderAreKnownElsewhere();
    void copiesAreIndependent();
};

void tst_Redactor::secretHeaders_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("secret");
    for (const char *name :
         {"authorization", "Proxy-Authorization", "X-API-KEY", "api-key", "x-goog-api-key",
          "Cookie", "set-cookie", "X-Amz-Security-Token", "x-auth-token", "cf-aig-authorization",
          "Ocp-Apim-Subscription-Key", "x_api_key"})
        QTest::newRow(name) << QByteArray(name) << true;
    for (const char *name :
         {"content-type", "x-ratelimit-remaining-tokens", "anthropic-ratelimit-tokens-limit",
          "x-request-id", "idempotency-key", "www-authenticate", "retry-after", "key", ""})
        QTest::newRow(qPrintable(u"not "_s + QString::fromLatin1(name)))
            << QByteArray(name) << false;
}

void tst_Redactor::secretHeaders()
{
    QFETCH(QByteArray, name);
    QFETCH(bool, secret);
    QCOMPARE(Redactor::isSecretHeader(name), secret);
}

void tst_Redactor::headers_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("shown");
    QTest::newRow("of a scheme the word stays")
        << QByteArray("Authorization") << QByteArray("Bearer abc") << u"Bearer [redacted]"_s;
    QTest::newRow("an unknown scheme is taken for the secret")
        << QByteArray("Authorization") << QByteArray("hunter2 abc") << u"[redacted]"_s;
    QTest::newRow("a key without a scheme")
        << QByteArray("x-api-key") << QByteArray("abc") << u"[redacted]"_s;
    QTest::newRow("an empty value shows that it is empty")
        << QByteArray("x-api-key") << QByteArray() << QString();
    QTest::newRow("a known secret in a field of another name")
        << QByteArray("X-Debug") << QByteArray("got " + secretText) << u"got [redacted]"_s;
    QTest::newRow("harmless") << QByteArray("Accept") << QByteArray("text/event-stream")
                              << u"text/event-stream"_s;
}

void tst_Redactor::headers()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, value);
    QFETCH(QString, shown);
    QCOMPARE(withSecret().header(name, value), shown);
}

void tst_Redactor::urls_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("shown");
    QTest::newRow("harmless") << u"https://example.org:8443/v1/x?alt=sse&model=m#top"_s
                              << u"https://example.org:8443/v1/x?alt=sse&model=m#top"_s;
    QTest::newRow("user information")
        << u"https://me:pw@example.org/v1"_s << u"https://example.org/v1"_s;
    QTest::newRow("key") << u"https://example.org/v1?key=abc&alt=sse"_s
                         << u"https://example.org/v1?key=[redacted]&alt=sse"_s;
    QTest::newRow("in any case, and more than one")
        << u"https://example.org/?API_KEY=a&Access_Token=b&sig=c%2Bd&api-key=e"_s
        << u"https://example.org/?API_KEY=[redacted]&Access_Token=[redacted]&sig=[redacted]"
           "&api-key=[redacted]"_s;
    QTest::newRow("a name that is percent-encoded")
        << u"https://example.org/?%6Bey=abc"_s << u"https://example.org/?key=[redacted]"_s;
    QTest::newRow("names that only end like one") << u"https://example.org/?monkey=1&tokens=2"_s
                                                  << u"https://example.org/?monkey=1&tokens=2"_s;
    QTest::newRow("an empty value")
        << u"https://example.org/?key=&a=1"_s << u"https://example.org/?key=&a=1"_s;
    QTest::newRow("in the fragment") << u"https://example.org/#access_token=abc&n=1"_s
                                     << u"https://example.org/#access_token=[redacted]&n=1"_s;
}

void tst_Redactor::urls()
{
    QFETCH(QString, url);
    QFETCH(QString, shown);
    QCOMPARE(Redactor().url(QUrl(url)), shown);
}

void tst_Redactor::knownSecretInText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    const QString plain = QString::fromUtf8(secretText);
    const QByteArray percent = secretText.toPercentEncoding();
    const QByteArray jsonText =
        QJsonDocument(QJsonObject{{u"m"_s, plain}}).toJson(QJsonDocument::Compact);
    const QByteArray twice = QJsonDocument(QJsonObject{{u"n"_s, QString::fromUtf8(jsonText)}})
                                 .toJson(QJsonDocument::Compact);

    QTest::newRow("as it is") << QString(u"a "_s + plain + u" b"_s) << u"a [redacted] b"_s;
    QTest::newRow("twice, and side by side")
        << QString(plain + plain + u'.' + plain) << u"[redacted].[redacted]"_s;
    QTest::newRow("as bytes that were taken for Latin-1")
        << QString::fromLatin1("<" + secretText + ">") << u"<[redacted]>"_s;
    QTest::newRow("percent-encoded")
        << QString::fromLatin1("x?q=" + percent + "&z") << u"x?q=[redacted]&z"_s;
    QTest::newRow("percent-encoded in lower case") << QString::fromLatin1("q=" + percent)
                                                          .replace(u"%C3"_s, u"%c3"_s)
                                                          .replace(u"%2F"_s, u"%2f"_s)
                                                   << u"q=[redacted]"_s;
    QTest::newRow("percent-encoded only in part")
        << QString(u"q="_s + QString(plain).replace(u'/', u"%2F"_s)) << u"q=[redacted]"_s;
    QTest::newRow("percent-encoded twice")
        << QString::fromLatin1("q=" + percent.toPercentEncoding()) << u"q=[redacted]"_s;
    QTest::newRow("in JSON text") << QString::fromUtf8(jsonText) << uR"({"m":"[redacted]"})"_s;
    QTest::newRow("in JSON text inside JSON text")
        << QString::fromUtf8(twice) << uR"({"n":"{\"m\":\"[redacted]\"}"})"_s;
    QTest::newRow("in JSON text that escapes slashes and letters")
        << QString::fromUtf8(jsonText)
               .replace(u'/', u"\\/"_s)
               .replace(u'\u00e9', u"\\u00e9"_s)
               .replace(u"sk"_s, u"\\u0073k"_s)
        << uR"({"m":"[redacted]"})"_s;
    QTest::newRow("base64") << QString::fromLatin1("v: " + secretText.toBase64() + ".")
                            << u"v: [redacted]."_s;
    QTest::newRow("base64 for URLs, without padding") << QString::fromLatin1(
        "v=" + secretText.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals))
                                                      << u"v=[redacted]"_s;
    QTest::newRow("Basic credentials: the whole word goes") << QString::fromLatin1(
        "Basic " + QByteArray("someone:" + secretText + "\n").toBase64() + " x")
                                                            << u"Basic [redacted] x"_s;
    QTest::newRow("base64 whose padding is percent-encoded") << QString::fromLatin1(
        "v=" + QByteArray(secretText + "1").toBase64().toPercentEncoding() + "&x")
                                                             << u"v=[redacted]&x"_s;
    QTest::newRow("half of it is no secret") << plain.left(8) << plain.left(8);
    QTest::newRow("a broken percent sign does not hide it")
        << QString(u"100% of %zz "_s + plain) << u"100% of %zz [redacted]"_s;
    QTest::newRow("a broken escape does not hide it")
        << QString(u"\\ \\u12 \\uxyzw "_s + plain + u'\\') << u"\\ \\u12 \\uxyzw [redacted]\\"_s;
}

void tst_Redactor::knownSecretInText()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(withSecret().text(text, Redactor::Rules::ByValueOnly), shown);
}

// Whatever stands before the secret moves it by 0, 1 or 2 bytes within base64's groups of three.
void tst_Redactor::everyPlaceInBase64()
{
    const Redactor redactor = withSecret();
    for (int before = 0; before < 7; ++before) {
        for (int after = 0; after < 7; ++after) {
            const QByteArray around =
                QByteArray(before, '\xff') + secretText + QByteArray(after, '\xff');
            for (const auto options : {QByteArray::Base64Encoding, QByteArray::Base64UrlEncoding}) {
                const QString shown =
                    redactor.text(QString::fromLatin1("(" + around.toBase64(options) + ")"));
                QCOMPARE(shown, u"([redacted])"_s);
            }
        }
    }
}

void tst_Redactor::namedInText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("user information of a URL in a message")
        << u"Error transferring https://me:pw@example.org/v1 - refused"_s
        << u"Error transferring https://[redacted]@example.org/v1 - refused"_s;
    QTest::newRow("a password with an at sign")
        << u"socks5://u:p@ss@127.0.0.1:1080"_s << u"socks5://[redacted]@127.0.0.1:1080"_s;
    QTest::newRow("an at sign in the path is none")
        << u"https://example.org/@scope/pkg"_s << u"https://example.org/@scope/pkg"_s;
    QTest::newRow("a query parameter in a message")
        << u"GET \"https://example.org/?alt=sse&key=abc\" failed"_s
        << u"GET \"https://example.org/?alt=sse&key=[redacted]\" failed"_s;
    QTest::newRow("an assignment in prose is no query")
        << u"set key=value first"_s << u"set key=value first"_s;
    QTest::newRow("header lines, by line")
        << u"POST / HTTP/1.1\r\nAuthorization: Bearer abc\r\nCookie:a=b; c=d\r\nAccept: */*\r\n"_s
        << u"POST / HTTP/1.1\r\nAuthorization: Bearer [redacted]\r\nCookie:[redacted]\r\nAccept: "
           "*/*\r\n"_s;
    QTest::newRow("members of JSON text")
        << uR"({"user": "me", "password": "a\"b", "api_key":"x","n":1})"_s
        << uR"({"user": "me", "password": "[redacted]", "api_key":"[redacted]","n":1})"_s;
    QTest::newRow("members of JSON text inside JSON text")
        << uR"({"body":"{\"api_key\": \"x\", \"model\": \"m\"}"})"_s
        << uR"({"body":"{\"api_key\": \"[redacted]\", \"model\": \"m\"}"})"_s;
    QTest::newRow("numbers of tokens are no tokens")
        << uR"({"max_tokens": 5, "tokens": "7"})"_s << uR"({"max_tokens": 5, "tokens": "7"})"_s;
    QTest::newRow("a sentence") << u"The secret: there is none; the password: neither."_s
                                << u"The secret: there is none; the password: neither."_s;
    QTest::newRow("nothing") << QString() << QString();
    QTest::newRow("only signs") << u"://@:=?&=\":\"\\\":"_s << u"://@:=?&=\":\"\\\":"_s;
}

void tst_Redactor::namedInText()
{
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(Redactor().text(text), shown);
}

void tst_Redactor::wordsOfTheEndpointStay()
{
    const QString answer =
        u"Open https://example.org/?key=YOUR_KEY with\nAuthorization: Bearer YOUR_KEY"_s;
    QCOMPARE(withSecret().text(answer, Redactor::Rules::ByValueOnly), answer);
    QVERIFY(withSecret().text(answer) != answer);
}

void tst_Redactor::json_data()
{
    QTest::addColumn<QJsonObject>("recorded");
    QTest::addColumn<QJsonObject>("shown");
    const QString plain = QString::fromUtf8(secretText);

    QTest::newRow("at any depth, in values and keys")
        << QJsonObject{{u"a"_s, QJsonArray{1, QJsonObject{{QString(u"k"_s + plain), plain}}}}}
        << QJsonObject{{u"a"_s, QJsonArray{1, QJsonObject{{u"k[redacted]"_s, u"[redacted]"_s}}}}};
    QTest::newRow("pairs of header fields")
        << object(R"({"headers": [["Authorization", "Bearer abc"], ["Accept", "a/b"],
                                  ["set-cookie", "x=1"], ["set-cookie", "y=2"]]})")
        << object(R"({"headers": [["Authorization", "Bearer [redacted]"], ["Accept", "a/b"],
                                  ["set-cookie", "[redacted]"], ["set-cookie", "[redacted]"]]})");
    QTest::newRow("header fields as name and value")
        << object(R"({"h": [{"name": "Cookie", "value": "a"}, {"name": "Accept", "value": "b"}]})")
        << object(R"({"h": [{"name": "Cookie", "value": "[redacted]"},
                            {"name": "Accept", "value": "b"}]})");
    QTest::newRow("header fields as members and as lines")
        << object(R"({"Authorization": "Basic abc", "lines": ["X-Api-Key: abc", "Accept: b"]})")
        << object(R"({"Authorization": "Basic [redacted]",
                      "lines": ["X-Api-Key: [redacted]", "Accept: b"]})");
    QTest::newRow("members with telling names, whatever they hold")
        << object(R"({"api_key": "a", "apiKey": "b", "password": 1234, "client_secret": ["c", 5],
                      "access-token": {"x": "d"}, "secret": null, "token": false, "id_token": ""})")
        << object(R"({"api_key": "[redacted]", "apiKey": "[redacted]", "password": "[redacted]",
                      "client_secret": ["[redacted]", "[redacted]"],
                      "access-token": {"x": "[redacted]"}, "secret": null, "token": false,
                      "id_token": ""})");
    QTest::newRow("members that only look like them")
        << object(R"({"max_tokens": 5, "input_tokens": 7, "key": "c major", "keyVariable": "KEY",
                      "idempotencyKey": true, "safety": "NotSent"})")
        << object(R"({"max_tokens": 5, "input_tokens": 7, "key": "c major", "keyVariable": "KEY",
                      "idempotencyKey": true, "safety": "NotSent"})");
}

void tst_Redactor::json()
{
    QFETCH(QJsonObject, recorded);
    QFETCH(QJsonObject, shown);
    QCOMPARE(withSecret().json(recorded), shown);
    // Once more changes nothing: what is read from a file and saved again stays the same.
    QCOMPARE(withSecret().json(shown), shown);
}

void tst_Redactor::harmlessJsonIsTheSameObject()
{
    const QJsonValue value(42);
    QCOMPARE(withSecret().json(value), value);
    const QJsonObject harmless = object(R"({"a": [1, 2.5, true, null, "b", {"c": []}]})");
    QCOMPARE(withSecret().json(harmless), harmless);
}

void tst_Redactor::shortSecretsAreNotSearchedFor()
{
    Redactor redactor;
    redactor.addSecret({});
    redactor.addSecret("abc");
    QCOMPARE(redactor.text(u"abcabc"_s), u"abcabc"_s);
    redactor.addSecret("abca");
    QCOMPARE(redactor.text(u"abcabc"_s), u"[redacted]bc"_s);
}

void tst_Redactor::overlappingSecretsLeaveNoTail()
{
    Redactor redactor;
    redactor.addSecret("key-1234");
    redactor.addSecret("key-123456789");
    redactor.addSecret("6789-tail");
    QCOMPARE(redactor.text(u"<key-123456789-tail>"_s), u"<[redacted]>"_s);
    QCOMPARE(redactor.text(u"<key-1234>"_s), u"<[redacted]>"_s);
}

void tst_Redactor::secretsOfAUrlAreKnownElsewhere()
{
    Redactor redactor;
    redactor.addSecretsOf(QUrl(u"https://me:pass%20word@example.org/?key=k%2Fey1&alt=sseventy"_s));
    QCOMPARE(redactor.text(u"pass word, k/ey1, k%2fey1, sseventy"_s),
             u"[redacted], [redacted], [redacted], sseventy"_s);
}

void tst_Redactor::secretsOfAHeaderAreKnownElsewhere()
{
    Redactor redactor;
    redactor.addSecretsOfHeader("Authorization", "Bearer sk-canary-1");
    redactor.addSecretsOfHeader("x-api-key", "sk-canary-2");
    redactor.addSecretsOfHeader("cookie", "id=sk-canary-3; plain-4");
    redactor.addSecretsOfHeader("Accept", "text/plain");
    QCOMPARE(redactor.text(u"<sk-canary-1> <sk-canary-2> <sk-canary-3> <plain-4> <text/plain>"_s),
             u"<[redacted]> <[redacted]> <[redacted]> <[redacted]> <text/plain>"_s);
}

void tst_Redactor::copiesAreIndependent()
{
    Redactor first;
    first.addSecret("first-secret");
    Redactor second = first;
    second.addSecret("second-secret");
    QCOMPARE(first.text(u"first-secret second-secret"_s), u"[redacted] second-secret"_s);
    QCOMPARE(second.text(u"first-secret second-secret"_s), u"[redacted] [redacted]"_s);
}

QTEST_GUILESS_MAIN(tst_Redactor)
#include "tst_redactor.moc"
