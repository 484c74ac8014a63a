// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/retryingrequester.h"
#include "tests/support/eventlog.h"
#include "tests/support/fixedrandom.h"
#include "tests/support/manualclock.h"
#include "tests/support/printers.h"
#include "tests/support/rawpeer.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QSslConfiguration>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

namespace Retryscope::Test {

//! \brief A requester over real sockets whose waits take no time: the clock is moved as soon as a
//! wait is scheduled. Every wait is its base.
class RequesterBench final
{
public:
    RequesterBench()
    {
        // Whatever proxy the environment names, a test's requests go straight.
        manager.setProxy(QNetworkProxy::NoProxy);
    }

    QNetworkRequest request(const QUrl &url) const
    {
        QNetworkRequest request(url);
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
        if (!authority.isNull()) {
            QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
            configuration.setCaCertificates({authority});
            request.setSslConfiguration(configuration);
        }
        return request;
    }

    //! Skips the waits of \a reply and logs what it tells.
    RetryingReply *watch(RetryingReply *reply)
    {
        log.watch(reply);
        QObject::connect(
            reply, &RetryingReply::retryScheduled, &context,
            [this](int, std::chrono::microseconds delay) { clock.advance(delay); },
            Qt::QueuedConnection);
        return reply;
    }

    //! True once \a reply has finished.
    static bool finish(RetryingReply *reply)
    {
        return reply->isFinished() || QSignalSpy(reply, &QNetworkReply::finished).wait(30'000);
    }

    QNetworkAccessManager manager;
    ManualClock clock;
    FixedRandom random;
    RetryingRequester requester{&manager, &clock, &random};
    EventLog log;
    //! Trusted, and alone, where it is set.
    QSslCertificate authority;
    QObject context;
};

//! The lines of a request that fails \a attempts times in the same way, with the default policy.
inline QStringList failingLog(const QString &failure, const QString &error,
                              const QString &stop = QStringLiteral("RetriesExhausted"))
{
    const auto line = [&](int attempt) {
        return QStringLiteral("%1 failed %2").arg(QString::number(attempt), failure);
    };
    return {QStringLiteral("1 started"),
            line(1),
            QStringLiteral("wait 200ms"),
            QStringLiteral("2 started"),
            line(2),
            QStringLiteral("wait 400ms"),
            QStringLiteral("3 started"),
            line(3),
            QStringLiteral("stop ") + stop,
            QStringLiteral("error ") + error,
            QStringLiteral("finished")};
}

//! Expected lines, as literals.
inline QStringList lines(std::initializer_list<const char *> list)
{
    QStringList result;
    for (const char *line : list)
        result.append(QString::fromLatin1(line));
    return result;
}

//! \a reply fails before anything is sent, in the order of signals that is promised.
inline void compareConfig(RetryingReply *reply, RequesterBench &bench, const QString &cause)
{
    bench.watch(reply);
    // Through the event loop: a caller has the time to connect.
    QVERIFY(!reply->isFinished());
    QVERIFY(bench.finish(reply));
    const QString error = cause == QStringLiteral("Scheme")
                              ? QStringLiteral("error ProtocolUnknownError")
                              : QStringLiteral("error ProtocolInvalidOperationError");
    QCOMPARE(bench.log.lines(), QStringList({error, QStringLiteral("finished")}));
    QVERIFY(reply->failure());
    QCOMPARE(reply->failure()->kind, FailureKind::Config);
    QCOMPARE(reply->failure()->safety, Safety::NotSent);
    QCOMPARE(reply->failure()->cause, cause);
    QVERIFY2(reply->errorString().endsWith(QLatin1Char('.')), qPrintable(reply->errorString()));
    QCOMPARE(reply->attempts().size(), 0);
}

} // namespace Retryscope::Test
