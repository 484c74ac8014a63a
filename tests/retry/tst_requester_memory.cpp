// SPDX-License-Identifier: MIT
#include "tests/retry/requesterbench.h"

#include <QtCore/QFile>
#include <QtCore/QRegularExpression>

using namespace Retryscope;
using namespace Retryscope::Test;

//! What a large body costs over several attempts.
class tst_RequesterMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void threeAttemptsShareOneBody();
};

namespace {

//! In bytes, of /proc/self/status; 0 where there is none.
qint64 memory(const QByteArray &name)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> all = status.readAll().split('\n');
    for (const QByteArray &line : all) {
        if (line.startsWith(name))
            return line.mid(name.size()).trimmed().split(' ').first().toLongLong() * 1024;
    }
    return 0;
}

} // namespace

// T69
void tst_RequesterMemory::threeAttemptsShareOneBody()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer's own memory is counted along");
#endif
    const QByteArray body(64 * 1024 * 1024, 'b');
    QFile reset(QStringLiteral("/proc/self/clear_refs"));
    if (!reset.open(QIODevice::WriteOnly | QIODevice::Unbuffered) || reset.write("5") != 1)
        QSKIP("the peak cannot be reset on this system");
    const qint64 before = memory("VmRSS:");
    QVERIFY(before > body.size());
    const RawPeer peer({readSome(), fin()});
    RequesterBench bench;
    auto *reply = bench.watch(bench.requester.post(bench.request(peer.url()), body));
    QVERIFY(bench.finish(reply));
    QCOMPARE(reply->attempts().size(), 3);
    const qint64 grown = memory("VmHWM:") - before;
    QVERIFY2(grown * 10 <= body.size() * 11, qPrintable(QString::number(grown)));
}

QTEST_GUILESS_MAIN(tst_RequesterMemory)
#include "tst_requester_memory.moc"
