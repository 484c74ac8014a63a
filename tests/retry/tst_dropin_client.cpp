// SPDX-License-Identifier: MIT
#include "core/retry/retryingaccessmanager.h"
#include "tests/support/fixedrandom.h"
#include "tests/support/manualclock.h"
#include "tests/support/printers.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QBuffer>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTemporaryFile>
#include <QtNetwork/QAuthenticator>
#include <QtNetwork/QHstsPolicy>
#include <QtNetwork/QHttpMultiPart>
#include <QtNetwork/QNetworkCookie>
#include <QtNetwork/QNetworkCookieJar>
#include <QtNetwork/QNetworkDiskCache>
#include <QtNetwork/QNetworkProxyFactory>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;

//! Code written for QNetworkAccessManager, run with one and with the drop-in: the same log, and the
//! same requests at the server.
class tst_DropinClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void sameLog_data();
    void sameLog();
};

namespace {

//! What a client has: a manager, of whatever kind, and the server's address.
class Client
{
public:
    Client(QNetworkAccessManager &theManager, const QUrl &theUrl) : manager(theManager), url(theUrl)
    {
        QObject::connect(&manager, &QNetworkAccessManager::finished, &m_context,
                         [this](QNetworkReply *reply) { note(QStringLiteral("done"), reply); });
        QObject::connect(
            &manager, &QNetworkAccessManager::encrypted, &m_context,
            [this](QNetworkReply *reply) { note(QStringLiteral("encrypted"), reply); });
        QObject::connect(&manager, &QNetworkAccessManager::sslErrors, &m_context,
                         [this](QNetworkReply *reply, const QList<QSslError> &errors) {
                             note(QStringLiteral("sslErrors"), reply);
                             reply->ignoreSslErrors(errors);
                         });
        QObject::connect(&manager, &QNetworkAccessManager::authenticationRequired, &m_context,
                         [this](QNetworkReply *reply, QAuthenticator *authenticator) {
                             note(QStringLiteral("asked by ") + authenticator->realm(), reply);
                             authenticator->setUser(QStringLiteral("user"));
                             authenticator->setPassword(QStringLiteral("password"));
                         });
    }

    QNetworkRequest request(const QString &path = QStringLiteral("/")) const
    {
        QUrl target = url;
        target.setPath(path);
        QNetworkRequest request(target);
        request.setHeader(QNetworkRequest::UserAgentHeader, QStringLiteral("client"));
        return request;
    }

    //! Waits for the end and logs everything that a client may look at.
    QNetworkReply *await(QNetworkReply *reply)
    {
        m_replies.append(reply);
        QObject::connect(reply, &QNetworkReply::redirected, &m_context, [this](const QUrl &to) {
            log.append(QStringLiteral("redirected ") + to.path());
        });
        if (!reply->isFinished() && !QSignalSpy(reply, &QNetworkReply::finished).wait(10'000))
            log.append(QStringLiteral("no end"));
        log.append(QString::number(reply->operation()) % u' ' % reply->url().path() % u' '
                   % keyOf(reply->error()));
        using Attribute = QNetworkRequest::Attribute;
        for (const auto attribute :
             {Attribute::HttpStatusCodeAttribute, Attribute::HttpReasonPhraseAttribute,
              Attribute::SourceIsFromCacheAttribute, Attribute::ConnectionEncryptedAttribute}) {
            log.append(QString::number(attribute) % u' ' % reply->attribute(attribute).toString());
        }
        // Not for what breaks below HTTP: there the drop-in has sentences of its own. And without
        // the port, which is another one in each run.
        if (reply->error() == QNetworkReply::NoError || reply->error() > 200)
            log.append(reply->errorString().remove(QString::number(url.port())));
        QList<QByteArray> headers = reply->rawHeaderList();
        std::sort(headers.begin(), headers.end());
        for (const QByteArray &header : std::as_const(headers))
            log.append(QString::fromLatin1(header + ": " + reply->rawHeader(header)));
        log.append(QString::fromUtf8(reply->readAll()));
        log.append(reply->manager() == &manager ? QStringLiteral("ours") : QStringLiteral("lost"));
        log.append(reply->parent() == &manager ? QStringLiteral("child")
                                               : QStringLiteral("no child"));
        return reply;
    }

    QNetworkAccessManager &manager;
    const QUrl url;
    QStringList log;

private:
    void note(const QString &what, QNetworkReply *reply)
    {
        // Before await() has it, where a signal comes from get() itself.
        log.append(what % u' ' % QString::number(m_replies.indexOf(reply)));
    }

    QList<QNetworkReply *> m_replies;
    QObject m_context;
};

using Code = void (*)(Client &);

// The nth answer is the same whether Qt takes a new connection for it or not.
QList<PeerScript> serve(const QList<QByteArray> &answers)
{
    QList<PeerScript> scripts;
    for (qsizetype first = 0; first <= answers.size(); ++first) {
        PeerScript script;
        for (const QByteArray &answer : answers.mid(first))
            script += {readRequest(), sendBytes(answer)};
        scripts.append(script);
    }
    return scripts;
}

QByteArray redirect(int status, const QByteArray &to)
{
    return response(status, "moved", "Location: " + to + "\r\n");
}

void multiPart(Client &client, bool isSequential)
{
    class Pipe final : public QBuffer
    {
    public:
        bool isSequential() const override { return m_isSequential; }

        bool m_isSequential = false;
    };

    QHttpMultiPart parts(QHttpMultiPart::FormDataType);
    parts.setBoundary("the-boundary");
    QHttpPart text;
    text.setHeader(QNetworkRequest::ContentDispositionHeader,
                   QStringLiteral("form-data; name=\"text\""));
    text.setBody("some text");
    parts.append(text);
    Pipe content;
    content.setData(QByteArray(100'000, 'x'));
    content.open(QIODevice::ReadOnly);
    content.m_isSequential = isSequential;
    QHttpPart file;
    file.setRawHeader("X-Kind", "file");
    file.setBodyDevice(&content);
    parts.append(file);
    client.await(client.manager.post(client.request(), &parts));
}

// Every request of these is one that a proxy sees, so no name is looked up.
class OneProxy final : public QNetworkProxyFactory
{
public:
    explicit OneProxy(int port) : m_port(port) {}

    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override
    {
        const bool isWanted = query.peerHostName() == QStringLiteral("behind.test");
        return {isWanted ? QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"),
                                         static_cast<quint16>(m_port))
                         : QNetworkProxy(QNetworkProxy::NoProxy)};
    }

private:
    const int m_port;
};

QNetworkRequest behindProxy(const Client &client)
{
    QNetworkRequest request = client.request();
    request.setUrl(QUrl(QStringLiteral("http://behind.test/path")));
    return request;
}

void row(const char *name, const QList<QByteArray> &answers, Code code, bool isTls = false)
{
    QTest::newRow(name) << serve(answers) << code << isTls;
}

void verbRows()
{
    const QByteArray ok = response(200, "ok", "X-Answer: yes\r\n");
    row("GET", {ok}, [](Client &c) { c.await(c.manager.get(c.request())); });
    row("HEAD", {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
        [](Client &c) { c.await(c.manager.head(c.request())); });
    row("POST of bytes", {ok}, [](Client &c) {
        QNetworkRequest request = c.request();
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
        c.await(c.manager.post(request, "body"));
    });
    row("POST of no bytes", {ok}, [](Client &c) {
        QNetworkRequest request = c.request();
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
        c.await(c.manager.post(request, QByteArray()));
    });
    row("PUT of a file", {ok}, [](Client &c) {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("from a file");
        file.seek(0);
        c.await(c.manager.put(c.request(), &file));
    });
    row("PATCH", {ok},
        [](Client &c) { c.await(c.manager.sendCustomRequest(c.request(), "PATCH", "change")); });
    row("DELETE", {ok}, [](Client &c) { c.await(c.manager.deleteResource(c.request())); });
    row("DELETE with a body", {ok},
        [](Client &c) { c.await(c.manager.sendCustomRequest(c.request(), "DELETE", "which")); });
    row("a custom verb without a body", {ok},
        [](Client &c) { c.await(c.manager.sendCustomRequest(c.request(), "PURGE")); });
    row("a multi-part POST", {ok}, [](Client &c) { multiPart(c, false); });
}

void redirectRows()
{
    const QByteArray ok = response(200, "ok");
    row("a GET follows a redirect", {redirect(302, "/there"), ok},
        [](Client &c) { c.await(c.manager.get(c.request(QStringLiteral("/here")))); });
    row("a GET follows none where it may not", {redirect(302, "/there")}, [](Client &c) {
        c.manager.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
        c.await(c.manager.get(c.request()));
    });
    row("a GET follows to the same origin only", {redirect(302, "http://127.0.0.1:1/there")},
        [](Client &c) {
            c.manager.setRedirectPolicy(QNetworkRequest::SameOriginRedirectPolicy);
            c.await(c.manager.get(c.request()));
        });
    row("the request's policy comes first", {redirect(302, "/there")}, [](Client &c) {
        QNetworkRequest request = c.request();
        request.setAttribute(QNetworkRequest::RedirectPolicyAttribute,
                             QNetworkRequest::ManualRedirectPolicy);
        c.await(c.manager.get(request));
    });
    row("a redirect that the client allows", {redirect(302, "/there"), ok}, [](Client &c) {
        c.manager.setRedirectPolicy(QNetworkRequest::UserVerifiedRedirectPolicy);
        auto *reply = c.manager.get(c.request());
        QObject::connect(reply, &QNetworkReply::redirected, reply, &QNetworkReply::redirectAllowed);
        c.await(reply);
    });
    row("too many redirects",
        {redirect(302, "/there"), redirect(302, "/there"), redirect(302, "/there")}, [](Client &c) {
            QNetworkRequest request = c.request();
            request.setMaximumRedirectsAllowed(2);
            c.await(c.manager.get(request));
        });
    row("a 303 makes a GET of a POST", {redirect(303, "/there"), ok}, [](Client &c) {
        QNetworkRequest request = c.request();
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
        c.await(c.manager.post(request, "body"));
    });
}

void memoryRows()
{
    const QByteArray ok = response(200, "ok");
    row("cookies", {response(200, "set", "Set-Cookie: a=1; Path=/\r\n"), ok}, [](Client &c) {
        c.await(c.manager.get(c.request()));
        const auto cookies = c.manager.cookieJar()->cookiesForUrl(c.url);
        for (const QNetworkCookie &cookie : cookies)
            c.log.append(QString::fromLatin1(cookie.toRawForm()));
        c.await(c.manager.get(c.request()));
    });
    row("a cookie jar of the client's, replaced", {ok, ok}, [](Client &c) {
        for (const char *value : {"1", "2"}) {
            auto *jar = new QNetworkCookieJar;
            jar->setCookiesFromUrl({QNetworkCookie("own", value)}, c.url);
            c.manager.setCookieJar(jar);
            c.await(c.manager.get(c.request()));
        }
    });
    row("a cache", {response(200, "kept", "Cache-Control: max-age=3600\r\n"), ok}, [](Client &c) {
        QTemporaryDir folder;
        auto *cache = new QNetworkDiskCache;
        cache->setCacheDirectory(folder.path());
        c.manager.setCache(cache);
        QNetworkRequest request = c.request();
        request.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                             QNetworkRequest::PreferCache);
        c.await(c.manager.get(request));
        c.await(c.manager.get(request));
        c.log.append(QString::number(cache->cacheSize() > 0));
        request.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                             QNetworkRequest::AlwaysCache);
        c.await(c.manager.get(request));
        c.manager.setCache(nullptr);
        c.await(c.manager.get(c.request()));
    });
    row("an answer that is in no cache", {}, [](Client &c) {
        QNetworkRequest request = c.request();
        request.setAttribute(QNetworkRequest::CacheLoadControlAttribute,
                             QNetworkRequest::AlwaysCache);
        c.await(c.manager.get(request));
    });
    row("hosts that are known to want TLS", {"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"},
        [](Client &c) {
            c.manager.setProxyFactory(new OneProxy(c.url.port()));
            c.manager.setStrictTransportSecurityEnabled(true);
            const QHstsPolicy policy(QDateTime::currentDateTimeUtc().addDays(1), {},
                                     QStringLiteral("behind.test"));
            c.manager.addStrictTransportSecurityHosts({policy});
            // Only what the proxy is asked for: how its refusal is told is our own affair.
            QSignalSpy(c.manager.get(behindProxy(c)), &QNetworkReply::finished).wait();
            c.log.clear();
        });
}

void otherRows()
{
    const QByteArray ok = response(200, "ok");
    row("a status that is an error", {response(404, "none here")},
        [](Client &c) { c.await(c.manager.get(c.request())); });
    row("credentials that the client gives",
        {response(401, "no", "WWW-Authenticate: Basic realm=\"the realm\"\r\n"), ok},
        [](Client &c) { c.await(c.manager.get(c.request())); });
    row("a proxy", {ok}, [](Client &c) {
        c.manager.setProxy(QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"),
                                         static_cast<quint16>(c.url.port())));
        c.await(c.manager.get(behindProxy(c)));
    });
    row("a proxy factory", {ok}, [](Client &c) {
        c.manager.setProxyFactory(new OneProxy(c.url.port()));
        c.await(c.manager.get(behindProxy(c)));
    });
    row("a proxy that asks for credentials",
        {response(407, "who?", "Proxy-Authenticate: Basic realm=\"proxy\"\r\n"), ok},
        [](Client &c) {
            c.manager.setProxyFactory(new OneProxy(c.url.port()));
            QObject::connect(&c.manager, &QNetworkAccessManager::proxyAuthenticationRequired,
                             &c.manager,
                             [&c](const QNetworkProxy &, QAuthenticator *authenticator) {
                                 c.log.append(QStringLiteral("proxy ") + authenticator->realm());
                                 authenticator->setUser(QStringLiteral("user"));
                                 authenticator->setPassword(QStringLiteral("password"));
                             });
            c.await(c.manager.get(behindProxy(c)));
        });
    row(
        "TLS with a certificate that is let pass", {ok, ok},
        [](Client &c) { c.await(c.manager.get(c.request())); }, true);
    row("no HTTP at all", {}, [](Client &c) {
        c.await(c.manager.get(QNetworkRequest(QUrl(QStringLiteral("data:text/plain,hello")))));
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write("in a file");
        file.flush();
        auto *reply = c.manager.get(QNetworkRequest(QUrl::fromLocalFile(file.fileName())));
        QSignalSpy(reply, &QNetworkReply::finished).wait();
        c.log.append(QString::fromUtf8(reply->readAll()));
    });
    row("replies that delete themselves", {ok}, [](Client &c) {
        c.manager.setAutoDeleteReplies(true);
        auto *reply = c.manager.get(c.request());
        QSignalSpy gone(reply, &QObject::destroyed);
        c.log.append(QString::number(gone.wait()));
    });
}

} // namespace

Q_DECLARE_METATYPE(Code)

void tst_DropinClient::sameLog_data()
{
    QTest::addColumn<QList<PeerScript>>("scripts");
    QTest::addColumn<Code>("code");
    QTest::addColumn<bool>("isTls");
    verbRows();
    redirectRows();
    memoryRows();
    otherRows();
}

void tst_DropinClient::sameLog()
{
    QFETCH(QList<PeerScript>, scripts);
    QFETCH(Code, code);
    QFETCH(bool, isTls);
    static Forge forge;
    static const Credential credential = forge.issue({.names = {QStringLiteral("other.test")}});

    const auto run = [&](QNetworkAccessManager &manager, QStringList &log, QStringList &seen) {
        manager.setProxy(QNetworkProxy::NoProxy);
        const RawPeer peer(scripts, isTls ? credential : Credential());
        Client client(manager, peer.url());
        code(client);
        log = client.log;
        seen.clear();
        const QList<PeerRequest> requests = peer.received();
        for (const PeerRequest &request : requests) {
            QList<QByteArray> head = request.head.trimmed().split('\n');
            // The order of headers means nothing.
            std::sort(head.begin() + 1, head.end());
            const QString shown = QString::fromLatin1(head.join());
            seen.append(QString(shown).remove(QString::number(peer.port())));
            seen.append(QString::fromLatin1(request.body));
        }
    };
    QStringList logOfQt;
    QStringList seenOfQt;
    QNetworkAccessManager plain;
    run(plain, logOfQt, seenOfQt);
    QStringList log;
    QStringList seen;
    ManualClock clock;
    FixedRandom random;
    RetryingAccessManager dropIn(&clock, &random);
    run(dropIn, log, seen);
    // Where it follows a redirect, Qt at times sends the second request twice and then has the
    // headers of both ("Content-Length: 2, 2"), with or without us. Qt 6.8.2 writes the names of
    // headers in lower case.
    const QRegularExpression both(QStringLiteral("^(Content-Length: \\d+), \\d+$"),
                                  QRegularExpression::CaseInsensitiveOption);
    for (QStringList *list : {&log, &logOfQt, &seen, &seenOfQt}) {
        list->replaceInStrings(both, QStringLiteral("\\1"));
        list->removeDuplicates();
    }
    QCOMPARE(log, logOfQt);
    QCOMPARE(seen, seenOfQt);
}

QTEST_GUILESS_MAIN(tst_DropinClient)
#include "tst_dropin_client.moc"
