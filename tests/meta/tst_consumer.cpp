// SPDX-License-Identifier: MIT
#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtNetwork/QHostAddress>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <memory>

using namespace Qt::StringLiterals;

namespace {

QString fileText(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

//! What a program said, and how it ended.
struct Outcome
{
    int exitCode = -1;
    QString output;
};

Outcome run(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    // As long as ctest allows: only a hang ends here, never a slow machine.
    const bool ended =
        process.waitForFinished(280'000) && process.exitStatus() == QProcess::NormalExit;
    return {ended ? process.exitCode() : -1, QString::fromUtf8(process.readAll())};
}

//! The text of the README's code block in \a language.
QString readmeBlock(const QString &language)
{
    const QString readme = fileText(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/README.md"));
    const QRegularExpression block(u"^```"_s + language + u"\\n(.*?)^```$"_s,
                                   QRegularExpression::MultilineOption
                                       | QRegularExpression::DotMatchesEverythingOption);
    return block.match(readme).captured(1);
}

//! Cuts its first client off when it has read the whole request, and answers the others.
class UnsteadyServer
{
public:
    UnsteadyServer()
    {
        QObject::connect(&m_server, &QTcpServer::newConnection, &m_server, [this] { accept(); });
        m_listening = m_server.listen(QHostAddress::LocalHost, 0);
    }

    bool isListening() const { return m_listening; }

    QString url() const { return u"http://127.0.0.1:"_s + QString::number(m_server.serverPort()); }

    int requests() const { return m_requests; }

private:
    void accept()
    {
        QTcpSocket *socket = m_server.nextPendingConnection();
        auto received = std::make_shared<QByteArray>();
        QObject::connect(socket, &QTcpSocket::readyRead, socket, [this, socket, received] {
            received->append(socket->readAll());
            if (!received->endsWith(R"({"prompt": "hi"})"))
                return;
            ++m_requests;
            if (m_requests > 1)
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome");
            socket->disconnectFromHost();
        });
    }

    QTcpServer m_server;
    bool m_listening = false;
    int m_requests = 0;
};

} // namespace

//! A program outside the tree: the one of the README, against an installed copy of the library.
class tst_Consumer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void readmeShowsTheProgramThatIsTested_data();
    void readmeShowsTheProgramThatIsTested();
    void installsHeadersThatStandAlone();
    void findsThePackageByVersion();
    void buildsAndRetries();

private:
    Outcome configure(const QString &source, const QString &build) const;

    QTemporaryDir m_scratch;
    QString m_stage;
};

void tst_Consumer::initTestCase()
{
    QVERIFY(m_scratch.isValid());
    m_stage = m_scratch.filePath(u"a stage"_s);
    for (const QString &component : {u"Library"_s, u"Development"_s}) {
        const Outcome installed = run(QStringLiteral(RETRYSCOPE_CMAKE),
                                      {u"--install"_s, QStringLiteral(RETRYSCOPE_BINARY_DIR),
                                       u"--prefix"_s, m_stage, u"--component"_s, component});
        QVERIFY2(installed.exitCode == 0, qPrintable(installed.output));
    }
}

void tst_Consumer::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

void tst_Consumer::readmeShowsTheProgramThatIsTested_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("file");
    QTest::newRow("the C++ of the README is main.cpp") << u"cpp"_s << u"main.cpp"_s;
    QTest::newRow("the CMake of the README is CMakeLists.txt") << u"cmake"_s << u"CMakeLists.txt"_s;
}

void tst_Consumer::readmeShowsTheProgramThatIsTested()
{
    QFETCH(QString, language);
    QFETCH(QString, file);

    QString text = fileText(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/meta/consumer/") + file);
    QVERIFY(!text.isEmpty());
    text.remove(0, text.indexOf(u'\n') + 1); // the licence line
    QCOMPARE(readmeBlock(language), text);
}

void tst_Consumer::installsHeadersThatStandAlone()
{
    const QDir root(m_stage + u"/include/retryscope"_s);
    const QRegularExpression include(u"^#include [\"<]((core|ui|app)/[^\">]+)[\">]"_s,
                                     QRegularExpression::MultilineOption);
    QStringList complaints;
    int headers = 0;
    QDirIterator files(root.path(), QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString header = root.relativeFilePath(files.next());
        ++headers;
        if (header.endsWith(u"_p.h"_s)
            || !(header.startsWith(u"core/base/"_s) || header.startsWith(u"core/retry/"_s)))
            complaints += header + u" is no part of the API"_s;
        const QString text = fileText(files.filePath());
        for (auto match = include.globalMatch(text); match.hasNext();) {
            const QString included = match.next().captured(1);
            if (!root.exists(included))
                complaints += header + u" includes "_s + included + u", which is not installed"_s;
        }
    }
    QCOMPARE(complaints.join(u'\n'), QString());
    QVERIFY(headers > 0);
    QVERIFY(root.exists(u"core/retry/retryingrequester.h"_s));
}

// All calls in one project: each project costs the search for a compiler.
void tst_Consumer::findsThePackageByVersion()
{
    const QString text = uR"(
cmake_minimum_required(VERSION 3.25)
project(wanted LANGUAGES CXX)
function(want)
    find_package(Retryscope ${ARGN} QUIET)
    message(STATUS "want <${ARGN}> found ${Retryscope_FOUND}")
endfunction()
want(0.0)
want(0.2)
want(0.1 COMPONENTS Widgets)
want(0.1 COMPONENTS Core)
want()
)"_s;
    const QStringList expected{
        u"-- want <0.0> found 0"_s, // another minor version may be incompatible
        u"-- want <0.2> found 0"_s,
        u"-- want <0.1;COMPONENTS;Widgets> found 0"_s,
        u"-- want <0.1;COMPONENTS;Core> found 1"_s,
        u"-- want <> found 1"_s,
    };

    QTemporaryDir source;
    QFile lists(source.filePath(u"CMakeLists.txt"_s));
    QVERIFY(lists.open(QIODevice::WriteOnly));
    lists.write(text.toUtf8());
    lists.close();
    const Outcome outcome = configure(source.path(), source.filePath(u"build"_s));
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));
    QCOMPARE(outcome.output.split(u'\n').filter(u"-- want"_s), expected);
}

void tst_Consumer::buildsAndRetries()
{
    const QString build = m_scratch.filePath(u"build"_s);
    const Outcome configured =
        configure(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/meta/consumer"), build);
    QVERIFY2(configured.exitCode == 0, qPrintable(configured.output));
    const Outcome built = run(QStringLiteral(RETRYSCOPE_CMAKE), {u"--build"_s, build});
    QVERIFY2(built.exitCode == 0, qPrintable(built.output));

    UnsteadyServer server;
    QVERIFY(server.isListening());
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    QSignalSpy ended(&program, &QProcess::finished);
    program.start(build + u"/fetch"_s, {server.url()});
    QVERIFY(ended.wait(60'000));
    const QString said = QString::fromUtf8(program.readAll());
    QVERIFY2(program.exitStatus() == QProcess::NormalExit && program.exitCode() == 0,
             qPrintable(said));

    const QStringList lines = said.split(u'\n', Qt::SkipEmptyParts);
    QVERIFY2(lines.size() == 2, qPrintable(said));
    QVERIFY2(lines.first().startsWith(u"1 \""_s), qPrintable(said));
    QCOMPARE(lines.last(), u"2 QNetworkReply::NoError \"welcome\""_s);
    QCOMPARE(server.requests(), 2);
}

Outcome tst_Consumer::configure(const QString &source, const QString &build) const
{
    return run(QStringLiteral(RETRYSCOPE_CMAKE),
               {u"-S"_s, source, u"-B"_s, build, u"-G"_s, QStringLiteral(RETRYSCOPE_GENERATOR),
                QStringLiteral("-DCMAKE_CXX_COMPILER=" RETRYSCOPE_COMPILER),
                QStringLiteral("-DCMAKE_CXX_FLAGS=" RETRYSCOPE_FLAGS),
                QStringLiteral("-DQt6_DIR=" RETRYSCOPE_QT6_DIR),
                u"-DCMAKE_PREFIX_PATH="_s + m_stage});
}

QTEST_GUILESS_MAIN(tst_Consumer)

#include "tst_consumer.moc"
