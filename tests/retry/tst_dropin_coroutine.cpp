// SPDX-License-Identifier: MIT
#include "core/retry/retryingaccessmanager.h"
#include "core/retry/retryingreply.h"
#include "tests/support/printers.h"
#include "tests/support/rawpeer.h"

#include <QCoroNetworkReply>
#include <QCoroTask>

#include <QtCore/QRegularExpression>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace std::chrono_literals;

//! Coroutines of QCoro, written for QNetworkAccessManager, that await our replies.
class tst_DropinCoroutine : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void awaitsTheLastAttempt();
    void awaitsTheFailure();
    void readsAsItComes();
};

namespace {

struct Answer
{
    QNetworkReply::NetworkError error = QNetworkReply::NoError;
    QByteArray body;
};

// Nothing of ours here.
QCoro::Task<Answer> fetch(QNetworkAccessManager &manager, QNetworkRequest request)
{
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("text/plain"));
    QNetworkReply *reply = co_await manager.post(request, "question");
    const Answer answer{reply->error(), reply->readAll()};
    reply->deleteLater();
    co_return answer;
}

QCoro::Task<QList<QByteArray>> readLines(QNetworkAccessManager &manager, QNetworkRequest request)
{
    QNetworkReply *reply = manager.get(request);
    QList<QByteArray> lines;
    QByteArray left;
    while (!reply->isFinished() || reply->bytesAvailable() > 0) {
        left += co_await qCoro(static_cast<QIODevice *>(reply)).readAll(20ms);
        while (left.contains('\n')) {
            lines.append(left.left(left.indexOf('\n')));
            left.remove(0, lines.last().size() + 1);
        }
    }
    reply->deleteLater();
    co_return lines;
}

void prepare(RetryingAccessManager &manager)
{
    manager.setProxy(QNetworkProxy::NoProxy);
    RetryPolicy policy;
    policy.initialBackoff = 1ms;
    manager.setPolicy(policy);
}

} // namespace

void tst_DropinCoroutine::awaitsTheLastAttempt()
{
    const PeerScript cut{readRequest(), fin()};
    const RawPeer peer({cut, cut, PeerScript{readRequest(), sendBytes(response(200, "answer"))}});
    RetryingAccessManager manager;
    prepare(manager);
    const Answer answer = QCoro::waitFor(fetch(manager, QNetworkRequest(peer.url())));
    QCOMPARE(answer.error, QNetworkReply::NoError);
    QCOMPARE(answer.body, "answer");
    QCOMPARE(peer.requests(), 3);
}

void tst_DropinCoroutine::awaitsTheFailure()
{
    const RawPeer peer({readRequest(), fin()});
    RetryingAccessManager manager;
    prepare(manager);
    const Answer answer = QCoro::waitFor(fetch(manager, QNetworkRequest(peer.url())));
    QCOMPARE(answer.error, QNetworkReply::RemoteHostClosedError);
    QCOMPARE(peer.requests(), 3);
}

void tst_DropinCoroutine::readsAsItComes()
{
    const RawPeer peer({readRequest(),
                        sendBytes("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\na\nb\n"),
                        sendBytes("c\nd\n")});
    RetryingAccessManager manager;
    prepare(manager);
    const auto lines = QCoro::waitFor(readLines(manager, QNetworkRequest(peer.url())));
    QCOMPARE(lines, QList<QByteArray>({"a", "b", "c", "d"}));
}

QTEST_GUILESS_MAIN(tst_DropinCoroutine)
#include "tst_dropin_coroutine.moc"
