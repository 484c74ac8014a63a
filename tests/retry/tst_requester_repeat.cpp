// SPDX-License-Identifier: MIT
#include "core/base/random.h"
#include "tests/retry/requesterbench.h"

#include <QtCore/QLibraryInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QVersionNumber>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! The same seed and the same script give the same log, to the byte.
class tst_RequesterRepeat : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void sameSeedSameLog_data();
    void sameSeedSameLog();
    void anotherSeedAnotherLog();

private:
    QStringList play(const QList<PeerScript> &scripts, bool isTls, quint64 seed);

    Forge m_forge;
};

//! Every signal with all it carries and the clock's time; only the port is left out.
QStringList tst_RequesterRepeat::play(const QList<PeerScript> &scripts, bool isTls, quint64 seed)
{
    const RawPeer peer(scripts, isTls ? m_forge.issue({.names = {QStringLiteral("127.0.0.1")}})
                                      : Credential());
    QNetworkAccessManager manager;
    manager.setProxy(QNetworkProxy::NoProxy);
    ManualClock clock;
    SeededRandom random(seed);
    RetryingRequester requester(&manager, &clock, &random);
    QNetworkRequest request(peer.url());
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    ssl.setCaCertificates({m_forge.authority()});
    request.setSslConfiguration(ssl);
    auto *reply = requester.post(request, QByteArray(5'000, 'b'));

    QString log;
    const auto add = [&](const QString &line) {
        log += QString::number(clock.now().count()) + QLatin1Char(' ') + line + QLatin1Char('\n');
    };
    connect(reply, &RetryingReply::attemptStarted, this,
            [&](int attempt) { add(QStringLiteral("started %1").arg(attempt)); });
    connect(reply, &RetryingReply::attemptAdvanced, this,
            [&](int attempt, Milestone milestone, std::chrono::nanoseconds stamp) {
                // Qt 6.8 connects once more when a connection is lost, for whoever comes next.
                static const bool connectsByItself =
                    QLibraryInfo::version() >= QVersionNumber(6, 8);
                if (connectsByItself && attempt > 1 && milestone == Milestone::ConnectStarted)
                    return;
                add(QStringLiteral("advanced %1 %2 %3")
                        .arg(attempt)
                        .arg(keyOf(milestone))
                        .arg(stamp.count()));
            });
    connect(reply, &RetryingReply::attemptFailed, this, [&](int attempt, const Failure &failure) {
        QString text;
        QDebug(&text) << attempt << failure << failure.message << failure.qtErrorString;
        add(QStringLiteral("failed ") + text);
    });
    connect(reply, &RetryingReply::retryDecided, this,
            [&](int attempt, const RetryDecision &decision) {
                add(QStringLiteral("decided %1 %2 %3 %4 %5")
                        .arg(attempt)
                        .arg(keyOf(decision.reason))
                        .arg(decision.base.count())
                        .arg(decision.delay.count())
                        .arg(decision.factor, 0, 'g', 17));
            });
    connect(
        reply, &RetryingReply::retryScheduled, this,
        [&](int, std::chrono::microseconds delay) { clock.advance(delay); }, Qt::QueuedConnection);
    connect(reply, &QNetworkReply::metaDataChanged, this, [&] {
        const auto status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
        add(QStringLiteral("status %1").arg(status.toInt()));
    });
    connect(reply, &QNetworkReply::errorOccurred, this, [&](QNetworkReply::NetworkError error) {
        add(QStringLiteral("error ") + keyOf(error));
    });
    connect(reply, &QNetworkReply::finished, this, [&] { add(QStringLiteral("finished")); });
    if (!RequesterBench::finish(reply))
        return {};
    add(QString::fromLatin1(reply->readAll()));
    log.replace(QStringLiteral(":%1").arg(peer.port()), QStringLiteral(":PORT"));
    return log.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

void tst_RequesterRepeat::sameSeedSameLog_data()
{
    QTest::addColumn<bool>("isTls");
    QTest::addColumn<QList<PeerScript>>("scripts");
    const PeerScript closes{readRequest(), fin()};
    // In one segment: Qt tells an end that comes behind the bytes by another code than one that
    // comes with them, and which it is to be is the network's to say.
    const PeerScript begins{readRequest(), cork(), sendBytes("HTTP/1.1 20"), fin()};
    const PeerScript answers{readRequest(), sendBytes(response(200, "whole"))};
    for (const bool isTls : {false, true}) {
        const char *over = isTls ? "TLS" : "plain";
        QTest::addRow("T80 two failures and an answer, %s", over)
            << isTls << QList<PeerScript>{closes, begins, answers};
        QTest::addRow("T80 failures to the end, %s", over) << isTls << QList<PeerScript>{closes};
        QTest::addRow("T80 a status, %s", over)
            << isTls
            << QList<PeerScript>{begins, {readRequest(), sendBytes(response(503, "busy"))}};
    }
}

void tst_RequesterRepeat::sameSeedSameLog()
{
    QFETCH(bool, isTls);
    QFETCH(QList<PeerScript>, scripts);
    const QStringList first = play(scripts, isTls, 42);
    QVERIFY(first.filter(QRegularExpression(QStringLiteral(" finished$"))).size() == 1);
    QCOMPARE(play(scripts, isTls, 42), first);
}

void tst_RequesterRepeat::anotherSeedAnotherLog()
{
    const QList<PeerScript> scripts{PeerScript{readRequest(), fin()}};
    QVERIFY(play(scripts, false, 42) != play(scripts, false, 43));
}

QTEST_GUILESS_MAIN(tst_RequesterRepeat)
#include "tst_requester_repeat.moc"
