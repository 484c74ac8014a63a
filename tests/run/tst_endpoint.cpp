// SPDX-License-Identifier: MIT
#include "core/run/endpoint.h"

#include "core/llm/dialect.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

class tst_Endpoint : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void urls_data();
    void urls();
    void otherDialects_data();
    void otherDialects();
    void sandbox_data();
    void sandbox();
    void mistakes_data();
    void mistakes();

private:
    const Dialect &m_dialect = *Dialect::find(u"openai-chat"_s);
};

void tst_Endpoint::urls_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("url");
    const QString whole = u"https://api.example.com/v1/chat/completions"_s;
    QTest::newRow("a base gets the dialect's path") << u"https://api.example.com"_s << whole;
    QTest::newRow("a slash at the end changes nothing") << u"https://api.example.com/"_s << whole;
    QTest::newRow("the version is not doubled") << u"https://api.example.com/v1"_s << whole;
    QTest::newRow("nor with a slash behind it") << u"https://api.example.com/v1/"_s << whole;
    QTest::newRow("a whole endpoint stays") << whole << whole;
    QTest::newRow("blanks around it are no part of it")
        << u"  https://api.example.com \n"_s << whole;
    QTest::newRow("a prefix stays in front")
        << u"http://127.0.0.1:8080/openai/v1"_s
        << u"http://127.0.0.1:8080/openai/v1/chat/completions"_s;
    QTest::newRow("another version is not taken for ours")
        << u"https://h/v2"_s << u"https://h/v2/v1/chat/completions"_s;
    QTest::newRow("a query stays") << u"https://h/v1?api-version=2024"_s
                                   << u"https://h/v1/chat/completions?api-version=2024"_s;
    QTest::newRow("a fragment is not sent")
        << u"https://h/v1#x"_s << u"https://h/v1/chat/completions"_s;
    QTest::newRow("an IPv6 literal")
        << u"http://[::1]:8080"_s << u"http://[::1]:8080/v1/chat/completions"_s;
}

void tst_Endpoint::urls()
{
    QFETCH(QString, text);
    QFETCH(QString, url);
    const auto endpoint = Endpoint::parse(text, m_dialect);
    QVERIFY2(endpoint.hasValue(), endpoint ? "" : qPrintable(endpoint.error().message));
    QVERIFY(!endpoint->isSandbox);
    QCOMPARE(endpoint->url.toString(QUrl::FullyEncoded), url);
    QCOMPARE(endpoint->speaksTls(false), url.startsWith("https"_L1));
}

void tst_Endpoint::otherDialects_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("stream");
    QTest::addColumn<QString>("url");

    const auto row = [](const char *name, const QString &text, bool stream, const QString &url) {
        QTest::newRow(name) << text << stream << url;
    };
    // The first word of a row's name is the dialect.
    row("gemini: model, method and query", u"https://h"_s, true,
        u"https://h/v1beta/models/a%2Fb%3A1:streamGenerateContent?alt=sse"_s);
    row("gemini: no stream", u"https://h/v1beta/"_s, false,
        u"https://h/v1beta/models/a%2Fb%3A1:generateContent"_s);
    row("gemini: a query that was typed stays", u"https://h?key=x"_s, true,
        u"https://h/v1beta/models/a%2Fb%3A1:streamGenerateContent?key=x&alt=sse"_s);
    row("gemini: the form of the answer that was typed stays", u"https://h?alt=json"_s, true,
        u"https://h/v1beta/models/a%2Fb%3A1:streamGenerateContent?alt=json"_s);
    row("gemini: a whole endpoint stays", u"https://h/v1/models/m:streamGenerateContent"_s, true,
        u"https://h/v1/models/m:streamGenerateContent"_s);
    row("gemini: a whole endpoint stays, whatever the form says",
        u"https://h/v1/models/m:generateContent?x=y"_s, true,
        u"https://h/v1/models/m:generateContent?x=y"_s);
    row("bedrock-converse: the model's colon is encoded", u"https://h"_s, true,
        u"https://h/model/a%2Fb%3A1/converse-stream"_s);
    row("bedrock-converse: no stream", u"https://h"_s, false,
        u"https://h/model/a%2Fb%3A1/converse"_s);
    row("bedrock-converse: a whole endpoint stays as it was typed",
        u"https://h/model/x%3A0/converse"_s, true, u"https://h/model/x%3A0/converse"_s);
    row("anthropic: a base", u"https://h/v1"_s, true, u"https://h/v1/messages"_s);
    row("ollama: what base and path share stands there once", u"http://h:11434/api"_s, true,
        u"http://h:11434/api/chat"_s);
    row("cohere: version 2", u"https://h/v2"_s, true, u"https://h/v2/chat"_s);
    row("openai-responses: a prefix", u"https://h/openai/v1"_s, true,
        u"https://h/openai/v1/responses"_s);
    // Servers that are known by their host.
    row("openai-chat: Groq by its host", u"https://api.groq.com"_s, true,
        u"https://api.groq.com/openai/v1/chat/completions"_s);
    row("openai-chat: Groq by its usual base", u"https://api.groq.com/openai/v1"_s, true,
        u"https://api.groq.com/openai/v1/chat/completions"_s);
    row("openai-chat: Perplexity has no version", u"https://api.perplexity.ai"_s, true,
        u"https://api.perplexity.ai/chat/completions"_s);
    row("openai-chat: Azure's deployment and version", u"https://r.openai.azure.com"_s, true,
        u"https://r.openai.azure.com/openai/deployments/a%2Fb%3A1/chat/completions?api-version=2024-10-21"_s);
    row("openai-chat: Azure, typed whole",
        u"https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=1"_s, true,
        u"https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=1"_s);
    row("openai-chat: a whole endpoint without a version", u"https://h/x/chat/completions"_s, true,
        u"https://h/x/chat/completions"_s);
}

void tst_Endpoint::otherDialects()
{
    QFETCH(QString, text);
    QFETCH(bool, stream);
    QFETCH(QString, url);
    const QString id = QString::fromUtf8(QTest::currentDataTag()).section(u':', 0, 0);
    const auto endpoint = Endpoint::parse(text, *Dialect::find(id), u"a/b:1"_s, stream);
    QVERIFY(endpoint.hasValue());
    QCOMPARE(endpoint->url.toString(QUrl::FullyEncoded), url);
}

void tst_Endpoint::sandbox_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<bool>("tlsIfNeeded");
    const QString path = u"/v1/chat/completions"_s;
    QTest::newRow("the bare word goes by the plan") << u"sandbox"_s << path << false << true;
    QTest::newRow("with a path") << u"sandbox:/v1/chat/completions"_s << path << false << true;
    QTest::newRow("with a base path") << u"sandbox:/v1"_s << path << false << true;
    QTest::newRow("plain on demand") << u"sandbox+http"_s << path << false << false;
    QTest::newRow("TLS on demand") << u"sandbox+https:/v1"_s << path << true << true;
}

void tst_Endpoint::sandbox()
{
    QFETCH(QString, text);
    QFETCH(QString, path);
    QFETCH(bool, tls);
    QFETCH(bool, tlsIfNeeded);
    const auto endpoint = Endpoint::parse(text, m_dialect);
    QVERIFY(endpoint.hasValue());
    QVERIFY(endpoint->isSandbox);
    QCOMPARE(endpoint->url.path(), path);
    QCOMPARE(endpoint->speaksTls(false), tls);
    QCOMPARE(endpoint->speaksTls(true), tlsIfNeeded);
}

void tst_Endpoint::mistakes_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("nothing") << u"  "_s << u"where to send"_s;
    QTest::newRow("no scheme") << u"api.example.com"_s << u"Did you mean https://api.example.com"_s;
    QTest::newRow("no scheme but a port")
        << u"localhost:8080"_s << u"Did you mean https://localhost:8080"_s;
    QTest::newRow("an address and a port, no scheme")
        << u"127.0.0.1:8080"_s << u"Did you mean https://127.0.0.1:8080"_s;
    QTest::newRow("another scheme") << u"ftp://example.com"_s << u"ftp"_s;
    QTest::newRow("no host") << u"http://"_s << u"names no host"_s;
    QTest::newRow("no host but a path") << u"https:///v1"_s << u"names no host"_s;
    QTest::newRow("a blank in the host") << u"http://exa mple/"_s << u"not a valid URL"_s;
    QTest::newRow("port 0") << u"http://127.0.0.1:0/"_s << u"Port 0"_s;
    QTest::newRow("a port that is too large")
        << u"http://127.0.0.1:70000/"_s << u"not a valid URL"_s;
    QTest::newRow("a password") << u"https://me:secret@h/"_s << u"password out of the URL"_s;
    QTest::newRow("a sandbox path without a slash") << u"sandbox:v1"_s << u"begins with a slash"_s;
}

void tst_Endpoint::mistakes()
{
    QFETCH(QString, text);
    QFETCH(QString, says);
    const auto endpoint = Endpoint::parse(text, m_dialect);
    QVERIFY(!endpoint.hasValue());
    QCOMPARE(endpoint.error().field, u"endpoint"_s);
    QVERIFY2(endpoint.error().message.contains(says), qPrintable(endpoint.error().message));
    QVERIFY(!endpoint.error().message.contains("secret"_L1));
}

QTEST_GUILESS_MAIN(tst_Endpoint)
#include "tst_endpoint.moc"
