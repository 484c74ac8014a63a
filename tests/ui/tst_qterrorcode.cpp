// SPDX-License-Identifier: MIT
#include "ui/response/qterrorview.h"

#include "ui/response/tracedigest.h"

#include <QtCore/QFile>
#include <QtCore/QMetaEnum>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QNetworkReply>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

AttemptDigest failed(QNetworkReply::NetworkError error, const QString &kind, const QString &safety)
{
    const auto names = QMetaEnum::fromType<QNetworkReply::NetworkError>();
    AttemptDigest digest;
    digest.attempt = 1;
    digest.finished = true;
    digest.failure = {{u"kind"_s, kind},
                      {u"safety"_s, safety},
                      {u"qt_error"_s, int(error)},
                      {u"qt_error_name"_s, QString::fromLatin1(names.valueToKey(int(error)))}};
    return digest;
}

//! Every error of Qt, as any kind of failure there is code for, safe to be sent again or not.
QStringList everyCode()
{
    QStringList codes;
    const auto errors = QMetaEnum::fromType<QNetworkReply::NetworkError>();
    for (int i = 0; i < errors.keyCount(); ++i) {
        for (const QString &kind : {u"Certificate"_s, u"Io"_s}) {
            for (const QString &safety : {u"NotSent"_s, u"MaybeProcessed"_s}) {
                const auto error = static_cast<QNetworkReply::NetworkError>(errors.value(i));
                const QString code = qtErrorCode(failed(error, kind, safety));
                if (!code.isEmpty())
                    codes << code;
            }
        }
    }
    codes.removeDuplicates();
    return codes;
}

//! A program of the reader's own, in which each of them stands as it was copied.
QByteArray programOf(const QStringList &codes)
{
    QString program = u"#include <QtCore/QDebug>\n"
                      "#include <QtCore/QVariant>\n"
                      "#include <QtNetwork/QNetworkReply>\n"
                      "#include <QtNetwork/QSslError>\n"
                      "\n"
                      "class Client : public QObject\n"
                      "{\n"
                      "public:\n"
                      "void retryLater();\n"_s;
    for (qsizetype i = 0; i < codes.size(); ++i)
        program += u"void watch%1(QNetworkReply *reply)\n{\n%2\n}\n"_s.arg(i).arg(codes.at(i));
    program += u"};\n"_s;
    return program.toUtf8();
}

} // namespace

//! The lines of C++ that the window offers, given to a compiler.
class tst_QtErrorCode : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void compiles_data();
    void compiles();
    void onlyWhereQtSaysSomething();
};

void tst_QtErrorCode::compiles_data()
{
    QTest::addColumn<QString>("damage");
    QTest::addColumn<bool>("good");
    QTest::newRow("as it is") << QString() << true;
    // The proof that the compiler looks at it.
    QTest::newRow("with a name that is none")
        << u"connect(reply, &QNetworkReply::noSuchSignal, this, [] {});"_s << false;
}

void tst_QtErrorCode::compiles()
{
    QFETCH(QString, damage);
    QFETCH(bool, good);
    QStringList codes = everyCode();
    QVERIFY(codes.size() > 80);
    if (!damage.isEmpty())
        codes << damage;
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"client.cpp"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QByteArray program = programOf(codes);
    QCOMPARE(file.write(program), program.size());
    file.close();

    QStringList arguments{u"-std=c++17"_s, u"-fPIC"_s, u"-fsyntax-only"_s, u"-Wall"_s, u"-Wextra"_s,
                          u"-Werror"_s,    u"-x"_s,    u"c++"_s,           path};
    const QStringList folders = QStringLiteral(RETRYSCOPE_QT_INCLUDES).split(u'|');
    for (const QString &include : folders)
        arguments << u"-isystem"_s << include;
    QProcess compiler;
    compiler.setProcessChannelMode(QProcess::MergedChannels);
    compiler.start(QStringLiteral(RETRYSCOPE_COMPILER), arguments);
    QVERIFY2(compiler.waitForFinished(50'000), qPrintable(compiler.errorString()));
    const QByteArray said = compiler.readAll();
    QCOMPARE(compiler.exitStatus(), QProcess::NormalExit);
    QVERIFY2((compiler.exitCode() == 0) == good, said.left(2'000).constData());
    if (!good)
        QVERIFY2(said.contains("noSuchSignal"), said.left(2'000).constData());
}

void tst_QtErrorCode::onlyWhereQtSaysSomething()
{
    QCOMPARE(qtErrorCode(failed(QNetworkReply::NoError, u"Body"_s, u"MaybeProcessed"_s)),
             QString());
    QVERIFY(qtErrorCode(failed(QNetworkReply::HostNotFoundError, u"Dns"_s, u"NotSent"_s))
                .contains(u"QNetworkReply::HostNotFoundError"_s));
}

QTEST_MAIN(tst_QtErrorCode)
#include "tst_qterrorcode.moc"
