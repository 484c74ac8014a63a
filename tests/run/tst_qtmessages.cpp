// SPDX-License-Identifier: MIT
#include "core/run/qtmessages.h"

#include <QtNetwork/QSslSocket>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QTest>

namespace {

QStringList written;

void note(QtMsgType, const QMessageLogContext &, const QString &text)
{
    written.append(text);
}

} // namespace

class tst_QtMessages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void onlyTheKnownOnesAreDropped();
};

void tst_QtMessages::onlyTheKnownOnesAreDropped()
{
    const auto before = qInstallMessageHandler(note);
    Retryscope::dropKnownQtMessages();
    QTcpSocket socket;
    QSslSocket sslSocket;
    QTcpSocket &asPlain = sslSocket;
    socket.write("x");
    // Past QSslSocket::writeData(), as Qt's HTTP thread does it.
    asPlain.write("x");
    qWarning("QIODevice::write (QFile): device not open");
    qCritical("QIODevice::write (QTcpSocket): device not open");
    qWarning("something else");
    qInstallMessageHandler(before);
    QCOMPARE(written, QStringList({QStringLiteral("QIODevice::write (QFile): device not open"),
                                   QStringLiteral("QIODevice::write (QTcpSocket): device not open"),
                                   QStringLiteral("something else")}));
}

QTEST_GUILESS_MAIN(tst_QtMessages)
#include "tst_qtmessages.moc"
