// SPDX-License-Identifier: MIT
#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
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

//! \a variables are set for the program on top of ours.
Outcome run(const QString &program, const QStringList &arguments,
            const QList<std::pair<QString, QString>> &variables = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const auto &[name, value] : variables)
        environment.insert(name, value);
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(program, arguments);
    // As long as ctest allows: only a hang ends here, never a slow machine.
    const bool ended =
        process.waitForFinished(280'000) && process.exitStatus() == QProcess::NormalExit;
    return {ended ? process.exitCode() : -1, QString::fromUtf8(process.readAll())};
}

//! The files below \a folder, links included, with their paths counted from it.
QStringList filesBelow(const QString &folder)
{
    const QDir root(folder);
    QStringList found;
    QDirIterator files(folder, QDir::Files | QDir::Hidden | QDir::System,
                       QDirIterator::Subdirectories);
    while (files.hasNext())
        found += root.relativeFilePath(files.next());
    found.sort();
    return found;
}

//! The text of the first code block in \a language of a \a document of the tree.
QString codeBlock(const QString &document, const QString &language)
{
    const QString text = fileText(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/") + document);
    const QRegularExpression block(u"^```"_s + language + u"\\n(.*?)^```$"_s,
                                   QRegularExpression::MultilineOption
                                       | QRegularExpression::DotMatchesEverythingOption);
    return block.match(text).captured(1);
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

const QString libdir = QStringLiteral(RETRYSCOPE_LIBDIR);
const QString minorVersion = QStringLiteral(RETRYSCOPE_VERSION).section(u'.', 0, 1);

} // namespace

//! A program outside the tree: the one of the README, against an installed copy of the library.
//! Run once for the static library and once for the shared one.
class tst_Consumer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void documentsShowTheProgramThatIsTested_data();
    void documentsShowTheProgramThatIsTested();
    void installsByComponents();
    void installsBelowDestdir();
    void installsHeadersThatStandAlone();
    void namesNoFolderOfThisMachine();
    void sharedLibraryNeedsQtOnly();
    void sharedLibraryShowsItsOwnNamesOnly();
    void findsThePackageByVersionAndComponent();
    void buildsAndRetries();
    void buildsWithPkgConfig();
    void oldStandardIsRefusedInWords();

private:
    Outcome install(const QString &component, const QString &prefix,
                    const QString &destdir = {}) const;
    Outcome configure(const QString &source, const QString &build) const;
    void talkToUnsteadyServer(const QString &program);

    QTemporaryDir m_scratch;
    QString m_stage;
    QString m_build;
    bool m_shared = false;
};

void tst_Consumer::initTestCase()
{
    const QString kind = qEnvironmentVariable("RETRYSCOPE_KIND");
    m_build = qEnvironmentVariable("RETRYSCOPE_BUILD");
    QVERIFY2(kind == u"shared"_s || kind == u"static"_s,
             "run by ctest, which says what was built where");
    m_shared = kind == u"shared"_s;

    QVERIFY(m_scratch.isValid());
    m_stage = m_scratch.filePath(u"a stage"_s);
    for (const QString &component : {u"Runtime"_s, u"Development"_s}) {
        const Outcome installed = install(component, m_stage);
        QVERIFY2(installed.exitCode == 0, qPrintable(installed.output));
    }
}

void tst_Consumer::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

void tst_Consumer::documentsShowTheProgramThatIsTested_data()
{
    QTest::addColumn<QString>("document");
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("file");
    const QString readme = u"README.md"_s;
    const QString guide = u"resources/help/library.md"_s;
    QTest::newRow("the C++ of the README") << readme << u"cpp"_s << u"main.cpp"_s;
    QTest::newRow("the CMake of the README") << readme << u"cmake"_s << u"CMakeLists.txt"_s;
    QTest::newRow("the C++ of the guide") << guide << u"cpp"_s << u"main.cpp"_s;
    QTest::newRow("the CMake of the guide") << guide << u"cmake"_s << u"CMakeLists.txt"_s;
}

void tst_Consumer::documentsShowTheProgramThatIsTested()
{
    QFETCH(QString, document);
    QFETCH(QString, language);
    QFETCH(QString, file);

    QString text = fileText(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/meta/consumer/") + file);
    QVERIFY(!text.isEmpty());
    text.remove(0, text.indexOf(u'\n') + 1); // the licence line
    QCOMPARE(codeBlock(document, language), text);
}

// The shared library is all that a user's program needs at run time; everything else is for those
// who compile.
void tst_Consumer::installsByComponents()
{
    const QString runtime = m_scratch.filePath(u"runtime"_s);
    const QString development = m_scratch.filePath(u"development"_s);
    QVERIFY(QDir().mkpath(runtime));
    QCOMPARE(install(u"Runtime"_s, runtime).exitCode, 0);
    QCOMPARE(install(u"Development"_s, development).exitCode, 0);

    const QString name = libdir + u"/libretryscope_core"_s;
    const QString doc = u"share/doc/libretryscope-core"_s;
    const QStringList shared{
        name + u".so."_s + minorVersion, name + QStringLiteral(".so." RETRYSCOPE_VERSION),
        doc + minorVersion + u"/changelog"_s, doc + minorVersion + u"/copyright"_s};
    QCOMPARE(filesBelow(runtime), m_shared ? shared : QStringList());

    QStringList rest = filesBelow(development);
    rest.removeIf(
        [](const QString &file) { return file.startsWith(u"include/retryscope/core/"_s); });
    rest.replaceInStrings(QRegularExpression(u"Targets-\\w+\\.cmake$"_s),
                          u"Targets-CONFIG.cmake"_s);
    const QString package = libdir + u"/cmake/Retryscope/Retryscope"_s;
    QCOMPARE(rest, (QStringList{package + u"Config.cmake"_s, package + u"ConfigVersion.cmake"_s,
                                package + u"Targets-CONFIG.cmake"_s, package + u"Targets.cmake"_s,
                                name + (m_shared ? u".so"_s : u".a"_s),
                                libdir + u"/pkgconfig/retryscope-core.pc"_s,
                                doc + u"-dev/changelog"_s, doc + u"-dev/copyright"_s}));
}

void tst_Consumer::installsBelowDestdir()
{
    const QString image = m_scratch.filePath(u"image"_s);
    for (const QString &component : {u"Runtime"_s, u"Development"_s}) {
        const Outcome installed = install(component, u"/opt/retryscope"_s, image);
        QVERIFY2(installed.exitCode == 0, qPrintable(installed.output));
    }
    QCOMPARE(filesBelow(image + u"/opt/retryscope"_s), filesBelow(m_stage));
    QCOMPARE(filesBelow(image).size(), filesBelow(m_stage).size());
}

void tst_Consumer::installsHeadersThatStandAlone()
{
    const QDir root(m_stage + u"/include/retryscope"_s);
    const QRegularExpression include(u"^#include [\"<]((core|ui|app)/[^\">]+)[\">]"_s,
                                     QRegularExpression::MultilineOption);
    const QStringList headers = filesBelow(root.path());
    QStringList complaints;
    for (const QString &header : headers) {
        if (header.endsWith(u"_p.h"_s)
            || !(header.startsWith(u"core/base/"_s) || header.startsWith(u"core/retry/"_s)))
            complaints += header + u" is no part of the API"_s;
        const QString text = fileText(root.filePath(header));
        for (auto match = include.globalMatch(text); match.hasNext();) {
            const QString included = match.next().captured(1);
            if (!root.exists(included))
                complaints += header + u" includes "_s + included + u", which is not installed"_s;
        }
    }
    QCOMPARE(complaints.join(u'\n'), QString());
    QVERIFY(headers.contains(u"core/retry/retryingrequester.h"_s));
}

void tst_Consumer::namesNoFolderOfThisMachine()
{
    QStringList complaints;
    int judged = 0;
    for (const QString &file : filesBelow(m_stage)) {
        if (!file.endsWith(u".cmake"_s) && !file.endsWith(u".pc"_s))
            continue;
        ++judged;
        const QString text = fileText(m_stage + u'/' + file);
        for (const QString &folder : {QStringLiteral(RETRYSCOPE_SOURCE_DIR),
                                      QStringLiteral(RETRYSCOPE_BINARY_DIR), m_build, m_stage}) {
            if (text.contains(folder))
                complaints += file + u" holds "_s + folder;
        }
        // What only the engine needs.
        for (const QString &word :
             {u"OpenSSL"_s, u"simdjson"_s, u"nghttp2"_s, u"retryscope_flags"_s}) {
            if (text.contains(word))
                complaints += file + u" holds "_s + word;
        }
    }
    QCOMPARE(complaints.join(u'\n'), QString());
    QCOMPARE(judged, 5);
}

void tst_Consumer::sharedLibraryNeedsQtOnly()
{
    if (!m_shared)
        QSKIP("an archive has no dynamic section");
    const QString readelf = QStandardPaths::findExecutable(u"readelf"_s);
    if (readelf.isEmpty())
        QSKIP("readelf is not installed (Debian: binutils)");
    const QString library = m_stage + u'/' + libdir + u"/libretryscope_core.so"_s;
    const Outcome outcome = run(readelf, {u"-d"_s, u"--wide"_s, library}, {{u"LC_ALL"_s, u"C"_s}});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));

    static const QRegularExpression soname(u"\\(SONAME\\).*\\[(.*)\\]"_s);
    QCOMPARE(soname.match(outcome.output).captured(1), u"libretryscope_core.so."_s + minorVersion);
    static const QRegularExpression needed(u"\\(NEEDED\\).*\\[(.*)\\]"_s);
    static const QRegularExpression welcome(
        u"^lib(Qt6Core|Qt6Network|stdc\\+\\+|c\\+\\+|m|gcc_s|c|pthread|asan|ubsan|tsan)\\.so|^ld-"_s);
    QStringList found;
    for (auto match = needed.globalMatch(outcome.output); match.hasNext();)
        found += match.next().captured(1);
    QVERIFY(found.contains(u"libQt6Network.so.6"_s));
    found.removeIf([](const QString &name) { return name.contains(welcome); });
    QCOMPARE(found, QStringList());
}

void tst_Consumer::sharedLibraryShowsItsOwnNamesOnly()
{
    if (!m_shared)
        QSKIP("visibility is a matter of shared libraries");
    const QString nm = QStandardPaths::findExecutable(u"nm"_s);
    if (nm.isEmpty())
        QSKIP("nm is not installed (Debian: binutils)");
    const QString library = m_stage + u'/' + libdir + u"/libretryscope_core.so"_s;
    const Outcome outcome = run(nm, {u"-DC"_s, u"--defined-only"_s, library});
    QVERIFY2(outcome.exitCode == 0, qPrintable(outcome.output));

    // Weak ones (V, W, u) are instances of templates and inline functions of others: every program
    // has its own.
    static const QRegularExpression strong(u"^[0-9a-f]+ ([A-TX-Z]) (.*)$"_s,
                                           QRegularExpression::MultilineOption);
    static const QRegularExpression ours(
        u"^((vtable|typeinfo|typeinfo name|non-virtual thunk) (for|to) )?Retryscope::"
        "|^operator<<\\(QDebug, Retryscope::|^__odr_asan"_s);
    static const QRegularExpression hidden(
        u"Retryscope::(AttemptRunner|OneShotBody|RetryCourse)\\b"_s);
    QStringList strangers;
    int own = 0;
    for (auto match = strong.globalMatch(outcome.output); match.hasNext();) {
        const QString name = match.next().captured(2);
        if (!name.contains(ours) || name.contains(hidden))
            strangers += name;
        else
            ++own;
    }
    QCOMPARE(strangers.join(u'\n'), QString());
    QVERIFY(own > 50);
}

// All calls in one project: each project costs the search for a compiler.
void tst_Consumer::findsThePackageByVersionAndComponent()
{
    const QString text = uR"(
cmake_minimum_required(VERSION 3.25)
project(wanted LANGUAGES CXX)
function(want)
    find_package(Retryscope ${ARGN} QUIET)
    message(STATUS "want <${ARGN}> found ${Retryscope_FOUND} ${Retryscope_NOT_FOUND_MESSAGE}")
endfunction()
want(0.0)
want(0.2)
want(0.1 COMPONENTS Core Widgets)
want(0.1 COMPONENTS Core OPTIONAL_COMPONENTS Widgets)
want(0.1 COMPONENTS Core)
want()
get_target_property(kind Retryscope::Core TYPE)
message(STATUS "want a library: ${kind}")
)"_s;
    const QStringList expected{
        u"-- want <0.0> found 0 "_s, // another minor version may be incompatible
        u"-- want <0.2> found 0 "_s,
        u"-- want <0.1;COMPONENTS;Core;Widgets> found 0 Retryscope has no component 'Widgets'; the only one is Core."_s,
        u"-- want <0.1;COMPONENTS;Core;OPTIONAL_COMPONENTS;Widgets> found 1 "_s,
        u"-- want <0.1;COMPONENTS;Core> found 1 "_s,
        u"-- want <> found 1 "_s,
        u"-- want a library: "_s + (m_shared ? u"SHARED_LIBRARY"_s : u"STATIC_LIBRARY"_s),
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
    talkToUnsteadyServer(build + u"/fetch"_s);
}

// In a folder that was moved after the installation, which the package must not mind.
void tst_Consumer::buildsWithPkgConfig()
{
    const QString moved = m_scratch.filePath(u"moved"_s);
    for (const QString &component : {u"Runtime"_s, u"Development"_s})
        QCOMPARE(install(component, m_scratch.filePath(u"first"_s)).exitCode, 0);
    QVERIFY(QDir().rename(m_scratch.filePath(u"first"_s), moved));

    const QString pkgConfig = QStandardPaths::findExecutable(u"pkg-config"_s);
    if (pkgConfig.isEmpty())
        QSKIP("pkg-config is not installed (Debian: pkgconf)");
    const QList<std::pair<QString, QString>> path{
        {u"PKG_CONFIG_PATH"_s, moved + u'/' + libdir + u"/pkgconfig"_s}};
    QCOMPARE(run(pkgConfig, {u"--modversion"_s, u"retryscope-core"_s}, path).output.trimmed(),
             QStringLiteral(RETRYSCOPE_VERSION));
    const Outcome flags = run(pkgConfig, {u"--cflags"_s, u"--libs"_s, u"retryscope-core"_s}, path);
    QVERIFY2(flags.exitCode == 0, qPrintable(flags.output));

    const QString program = m_scratch.filePath(u"fetch"_s);
    QStringList arguments{QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/meta/consumer/main.cpp"),
                          u"-std=c++20"_s, u"-fPIC"_s, u"-o"_s, program};
    arguments += QProcess::splitCommand(QStringLiteral(RETRYSCOPE_FLAGS));
    arguments += QProcess::splitCommand(flags.output.trimmed());
    arguments += u"-Wl,-rpath,"_s + moved + u'/' + libdir;
    const Outcome built = run(QStringLiteral(RETRYSCOPE_COMPILER), arguments);
    QVERIFY2(built.exitCode == 0, qPrintable(built.output));
    talkToUnsteadyServer(program);
}

// A compiler's default is C++17, and pkg-config cannot ask for another.
void tst_Consumer::oldStandardIsRefusedInWords()
{
    const Outcome outcome = run(QStringLiteral(RETRYSCOPE_COMPILER),
                                {u"-std=c++17"_s, u"-fsyntax-only"_s, u"-x"_s, u"c++"_s,
                                 m_stage + u"/include/retryscope/core/base/export.h"_s});
    QVERIFY(outcome.exitCode != 0);
    QVERIFY2(outcome.output.contains(u"Retryscope needs C++20"_s), qPrintable(outcome.output));
}

void tst_Consumer::talkToUnsteadyServer(const QString &path)
{
    UnsteadyServer server;
    QVERIFY(server.isListening());
    QProcess program;
    program.setProcessChannelMode(QProcess::MergedChannels);
    QSignalSpy ended(&program, &QProcess::finished);
    program.start(path, {server.url()});
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

Outcome tst_Consumer::install(const QString &component, const QString &prefix,
                              const QString &destdir) const
{
    QList<std::pair<QString, QString>> variables;
    if (!destdir.isEmpty())
        variables.append({u"DESTDIR"_s, destdir});
    return run(QStringLiteral(RETRYSCOPE_CMAKE),
               {u"--install"_s, m_build, u"--prefix"_s, prefix, u"--component"_s, component},
               variables);
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
