// SPDX-License-Identifier: MIT
#include "core/tls/forge.h"
#include "tests/retry/requesterbench.h"

#include <QtCore/QEventLoop>
#include <QtCore/QPointer>
#include <QtCore/QRegularExpression>
#include <QtNetwork/QAuthenticator>

#include <functional>

using namespace Retryscope;
using namespace Retryscope::Test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

//! A slot in which Qt waits for an answer, and which opens a dialog to get it: an event loop, in
//! which the request may end or be destroyed. Qt goes on with its reply when the slot returns.
class tst_RequesterDialogs : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void endsInADialog_data();
    void endsInADialog();

private:
    Forge m_forge;
};

namespace {

// Qt's reply, while it is there.
QPointer<QNetworkReply> innerReply(const QNetworkAccessManager &manager)
{
    return manager.findChild<QNetworkReply *>(QString(), Qt::FindDirectChildrenOnly);
}

//! Runs the event loop as a dialog does: calls \a act in it, waits until \a isDone, and some turns
//! longer, in which what was left to deleteLater() here is destroyed.
void runDialog(const std::function<void()> &act, const std::function<bool()> &isDone)
{
    QEventLoop dialog;
    int turns = 0;
    QObject waker;
    QMetaObject::invokeMethod(&waker, act, Qt::QueuedConnection);
    const std::function<void()> turn = [&] {
        turns = isDone() ? turns + 1 : 0;
        if (turns > 20)
            dialog.quit();
        else
            QMetaObject::invokeMethod(&waker, turn, Qt::QueuedConnection);
    };
    QMetaObject::invokeMethod(&waker, turn, Qt::QueuedConnection);
    dialog.exec();
}

} // namespace

void tst_RequesterDialogs::endsInADialog_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("how");
    for (const char *where : {"sslErrors", "manager's sslErrors", "authenticationRequired"}) {
        for (const char *how : {"aborted", "timed out", "destroyed"}) {
            QTest::addRow("%s, %s", where, how)
                << QString::fromLatin1(where) << QString::fromLatin1(how);
        }
    }
}

void tst_RequesterDialogs::endsInADialog()
{
    QFETCH(const QString, where);
    QFETCH(const QString, how);
    const bool isTls = where != u"authenticationRequired"_s;
    const PeerScript script{
        readRequest(),
        sendBytes(response(401, "who?", "WWW-Authenticate: Basic realm=\"here\"\r\n")),
        readRequest(), sendBytes(response(200, "served"))};
    const RawPeer peer =
        isTls ? RawPeer({script}, m_forge.issue({.names = {u"elsewhere"_s}})) : RawPeer(script);
    RequesterBench bench;
    bench.authority = m_forge.authority();
    const QPointer reply = bench.watch(bench.requester.get(bench.request(peer.url())));
    int dialogs = 0;
    QPointer<QNetworkReply> inner;
    const auto dialog = [&] {
        ++dialogs;
        inner = innerReply(bench.manager);
        QVERIFY(inner);
        const auto end = [&] {
            if (how == u"aborted"_s)
                reply->abort();
            else if (how == u"timed out"_s)
                bench.clock.advance(601s);
            else
                delete reply;
        };
        runDialog(end, [&] { return !reply || reply->isFinished(); });
        // Qt is not done with it.
        QVERIFY(inner);
    };
    if (where == u"sslErrors"_s) {
        connect(reply, &QNetworkReply::sslErrors, this, dialog);
    } else if (isTls) {
        connect(&bench.manager, &QNetworkAccessManager::sslErrors, this, dialog);
    } else {
        connect(&bench.manager, &QNetworkAccessManager::authenticationRequired, this,
                [&](QNetworkReply *, QAuthenticator *authenticator) {
                    dialog();
                    authenticator->setUser(u"user"_s);
                });
    }
    QTRY_VERIFY(!reply || reply->isFinished());
    QTRY_VERIFY(!innerReply(bench.manager));
    QVERIFY(!inner);
    QCOMPARE(dialogs, 1);
    QCOMPARE(peer.received().size(), isTls ? 0 : 1);
    QCOMPARE(bench.log.finishedCount(), how == u"destroyed"_s ? 0 : 1);
}

QTEST_GUILESS_MAIN(tst_RequesterDialogs)
#include "tst_requester_dialogs.moc"
