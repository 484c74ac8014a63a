// SPDX-License-Identifier: MIT
#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {

const QDir &root()
{
    static const QDir dir(QStringLiteral(RETRYSCOPE_SOURCE_DIR));
    return dir;
}

QString fileText(const QString &path)
{
    QFile file(root().filePath(path));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

//! Every file below these folders, and the files of the top level, counted from the project's root.
QStringList filesOf(const QStringList &folders)
{
    QStringList found = root().entryList(QDir::Files | QDir::Hidden);
    for (const QString &folder : folders) {
        QDirIterator files(root().filePath(folder), QDir::Files | QDir::Hidden,
                           QDirIterator::Subdirectories);
        while (files.hasNext())
            found += root().relativeFilePath(files.next());
    }
    found.sort();
    return found;
}

const QStringList &allFiles()
{
    static const QStringList files =
        filesOf({u"core"_s, u"ui"_s, u"app"_s, u"tests"_s, u"resources"_s, u".ci"_s});
    return files;
}

// What .gitignore keeps out, and what editors leave behind.
bool isScratch(const QString &name)
{
    static const QRegularExpression scratch(
        u"^(\\.git|build|\\.cache|\\.vscode|\\.idea|\\.qtcreator|CMakeUserPresets\\.json"
        "|CMakeLists\\.txt\\.user.*|.*\\.swp|.*~)$"_s);
    return name.contains(scratch);
}

// Each rule takes what it judges and returns its complaints, so that a test can feed it what is
// wrong.

QStringList complaintsAboutTopLevel(const QStringList &entries)
{
    static const QStringList agreed{
        u"CMakeLists.txt"_s,
        u"app"_s,
        u"core"_s,
        u"ui"_s,
        u"tests"_s,
        u"resources"_s,
        u"README.md"_s,
        u"LICENSE"_s,
        u"CHANGELOG.md"_s,
        u"CMakePresets.json"_s,
        u"run.sh"_s,
        u"test.sh"_s,
        u".ci"_s,
        u".clang-format"_s,
        u".clang-tidy"_s,
        u".gitignore"_s,
        u".gitattributes"_s,
        u".git-blame-ignore-revs"_s,
    };
    QStringList complaints;
    for (const QString &entry : entries) {
        if (!agreed.contains(entry) && !isScratch(entry))
            complaints += QString(entry + u" has no place at the top level"_s);
    }
    return complaints;
}

QStringList complaintsAboutLicence(const QString &path, const QString &text)
{
    static const QRegularExpression carries(
        u"(\\.(h|cpp|cmake|in|sh|qss|qrc|py)|(^|/)CMakeLists\\.txt|^\\.(clang-.*|gitignore)"
        "|^\\.ci/run)$"_s);
    if (!path.contains(carries))
        return {};
    const QStringList lines = text.split(u'\n').first(std::min<qsizetype>(3, text.count(u'\n')));
    static const QRegularExpression licence(u"^(//|#|<!--) SPDX-License-Identifier: MIT( -->)?$"_s);
    if (lines.indexOf(licence) >= 0)
        return {};
    return {QString(path + u" does not name its licence in its first three lines"_s)};
}

QStringList complaintsAboutSize(const QString &path, const QString &text)
{
    static const QRegularExpression limited(u"^(core|ui|app)/.*\\.(h|cpp)$"_s);
    if (!path.contains(limited))
        return {};
    const qsizetype limit = path.endsWith(u".h"_s) ? 150 : 400;
    const qsizetype lines = text.count(u'\n');
    if (lines <= limit)
        return {};
    return {u"%1 has %2 lines, %3 are allowed"_s.arg(path).arg(lines).arg(limit)};
}

QStringList complaintsAboutWords(const QString &path, const QString &text)
{
    struct Forbidden
    {
        QString what;
        QRegularExpression pattern;
    };

    static const QList<Forbidden> forbidden{
        {u"a path of one machine"_s,
         QRegularExpression(u"(?<![\\w.$})*-])/(work|home|root|tmp)/(?=[\\w.])"_s)},
        {u"a number of some tracker"_s,
         QRegularExpression(u"\\bissues? (no\\. )?#?\\d"_s,
                            QRegularExpression::CaseInsensitiveOption)},
        {u"a mark of a merge conflict"_s,
         QRegularExpression(u"^(<{7}|>{7}|={7})( |$)"_s, QRegularExpression::MultilineOption)},
        {u"a private key"_s, QRegularExpression(u"-{5}BEGIN [A-Z ]*PRIVATE KEY"_s)},
    };
    QStringList complaints;
    for (const Forbidden &word : forbidden) {
        for (auto match = word.pattern.globalMatch(text); match.hasNext();) {
            const qsizetype line = text.first(match.next().capturedStart()).count(u'\n') + 1;
            complaints += u"%1:%2 holds %3"_s.arg(path).arg(line).arg(word.what);
        }
    }
    return complaints;
}

// The proof that a header compiles alone; see CMakeLists.txt beside this file.
QStringList complaintsAboutFirstInclude(const QString &path, const QString &text, bool hasHeader)
{
    static const QRegularExpression include(u"^\\s*#\\s*include\\s*[\"<]([^\">]+)"_s,
                                            QRegularExpression::MultilineOption);
    const QString header = path.chopped(3) + u"h"_s;
    if (!path.endsWith(u".cpp"_s) || !hasHeader || include.match(text).captured(1) == header)
        return {};
    return {QString(path + u" does not include its own header first"_s)};
}

//! \a list is the CMakeLists.txt of a room, \a files are the names beside it.
QStringList complaintsAboutHeaders(const QString &list, const QStringList &files)
{
    // The set that is installed, and the set of headers between rooms; see core/CMakeLists.txt.
    static const QRegularExpression headerSet(
        u"FILE_SET (?:HEADERS|internal_headers)(?: FILES)?([^)]*)\\)"_s);
    static const QRegularExpression header(u"[\\w.]+\\.h\\b"_s);
    QStringList listed;
    for (auto match = headerSet.globalMatch(list); match.hasNext();) {
        const QString names = match.next().captured(1);
        for (auto name = header.globalMatch(names); name.hasNext();)
            listed += name.next().captured();
    }
    QStringList complaints;
    for (const QString &name : std::as_const(listed)) {
        if (name.endsWith(u"_p.h"_s))
            complaints += QString(name + u" is private, but listed as a header of the room"_s);
        if (!files.contains(name))
            complaints += QString(name + u" is listed, but there is no such file"_s);
    }
    for (const QString &name : files) {
        if (name.endsWith(u".h"_s) && !name.endsWith(u"_p.h"_s) && !listed.contains(name))
            complaints += QString(name + u" is in no set of headers"_s);
    }
    return complaints;
}

} // namespace

//! What holds for the tree as a whole, whatever is inside its files.
class tst_Tree : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void topLevelRule_data();
    void topLevelRule();
    void fileRules_data();
    void fileRules();
    void headerRule_data();
    void headerRule();
    void firstIncludeRule_data();
    void firstIncludeRule();
    void topLevel();
    void files();
    void publicHeaders();
};

void tst_Tree::topLevelRule_data()
{
    QTest::addColumn<QStringList>("entries");
    QTest::addColumn<QStringList>("complaints");
    QTest::newRow("what was agreed on")
        << QStringList{u"app"_s, u"core"_s, u"README.md"_s, u".ci"_s, u"run.sh"_s} << QStringList();
    QTest::newRow("what is never committed")
        << QStringList{u".git"_s, u"build"_s, u"CMakeUserPresets.json"_s, u"core~"_s}
        << QStringList();
    QTest::newRow("a folder that grew on its own")
        << QStringList{u"core"_s, u"scripts"_s}
        << QStringList{u"scripts has no place at the top level"_s};
    QTest::newRow("a note that was forgotten")
        << QStringList{u"TODO.md"_s, u".env"_s}
        << QStringList{u"TODO.md has no place at the top level"_s,
                       u".env has no place at the top level"_s};
}

void tst_Tree::topLevelRule()
{
    QFETCH(QStringList, entries);
    QFETCH(QStringList, complaints);
    QCOMPARE(complaintsAboutTopLevel(entries), complaints);
}

void tst_Tree::fileRules_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("complaints");

    const QString licence = u"// SPDX-License-Identifier: MIT\n"_s;
    const auto lines = [&licence](int count) {
        return QString(licence + QString(u"x\n"_s).repeated(count - 1));
    };
    // Put together here, or this file would break its own rules.
    const QString machine = u"/ho"_s + u"me/someone/project"_s;
    const QString tracker = u"See iss"_s + u"ue 12."_s;
    const QString key = u"-----BEGIN "_s + u"PRIVATE KEY-----"_s;

    QTest::newRow("a sound source") << u"core/a/x.cpp"_s << licence << QStringList();
    QTest::newRow("a source without a licence")
        << u"core/a/x.cpp"_s << u"#pragma once\n"_s
        << QStringList{u"core/a/x.cpp does not name its licence in its first three lines"_s};
    QTest::newRow("a source with another licence")
        << u"tests/a/x.h"_s << u"// SPDX-License-Identifier: GPL-3.0\n"_s
        << QStringList{u"tests/a/x.h does not name its licence in its first three lines"_s};
    QTest::newRow("a licence in the third line, after the shell's own")
        << u"run.sh"_s << u"#!/bin/sh\n#\n# SPDX-License-Identifier: MIT\n"_s << QStringList();
    QTest::newRow("a licence in the fourth line")
        << u"core/CMakeLists.txt"_s << u"\n\n\n# SPDX-License-Identifier: MIT\n"_s
        << QStringList{u"core/CMakeLists.txt does not name its licence in its first three lines"_s};
    QTest::newRow("a file that cannot carry one")
        << u"README.md"_s << u"# Title\n"_s << QStringList();
    QTest::newRow("an empty source")
        << u"ui/x.cpp"_s << QString()
        << QStringList{u"ui/x.cpp does not name its licence in its first three lines"_s};

    QTest::newRow("a header of 150 lines") << u"core/a/x.h"_s << lines(150) << QStringList();
    QTest::newRow("a header of 151 lines")
        << u"ui/x.h"_s << lines(151) << QStringList{u"ui/x.h has 151 lines, 150 are allowed"_s};
    QTest::newRow("a source of 400 lines") << u"app/x.cpp"_s << lines(400) << QStringList();
    QTest::newRow("a source of 401 lines")
        << u"app/x.cpp"_s << lines(401)
        << QStringList{u"app/x.cpp has 401 lines, 400 are allowed"_s};
    QTest::newRow("tests may be long: they are tables")
        << u"tests/a/tst_x.cpp"_s << lines(900) << QStringList();

    QTest::newRow("a path of somebody's machine, and where it stands")
        << u"README.md"_s << QString(u"one\nopen "_s + machine + u"\n"_s)
        << QStringList{u"README.md:2 holds a path of one machine"_s};
    QTest::newRow("paths that only look like it")
        << u"README.md"_s
        << QString(u"https://h/v1/wo"_s + u"rk/x ../data/t"_s + u"mp/x $HOME/t"_s + u"mp/x /wo"_s
                   + u"rkshop/"_s)
        << QStringList();
    QTest::newRow("a number of a tracker")
        << u"README.md"_s << tracker
        << QStringList{u"README.md:1 holds a number of some tracker"_s};
    QTest::newRow("the word alone, and Qt's own numbers")
        << u"README.md"_s << u"The issue is QTBUG-103992."_s << QStringList();
    QTest::newRow("a merge that was not finished")
        << u"CHANGELOG.md"_s << QString(u"a\n"_s + QString(7, u'<') + u" HEAD\nb\n"_s)
        << QStringList{u"CHANGELOG.md:2 holds a mark of a merge conflict"_s};
    QTest::newRow("a key in the tree")
        << u"tests/data/x.pem"_s << key << QStringList{u"tests/data/x.pem:1 holds a private key"_s};
}

void tst_Tree::fileRules()
{
    QFETCH(QString, path);
    QFETCH(QString, text);
    QFETCH(QStringList, complaints);
    QCOMPARE(complaintsAboutLicence(path, text) + complaintsAboutSize(path, text)
                 + complaintsAboutWords(path, text),
             complaints);
}

void tst_Tree::headerRule_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QStringList>("files");
    QTest::addColumn<QStringList>("complaints");
    const QString list = u"target_sources(x\n    PRIVATE\n        a.cpp\n        a_p.h\n"
                         "    PUBLIC FILE_SET HEADERS FILES\n        a.h\n        b.h\n)\n"_s;
    QTest::newRow("public headers are listed, private ones are not")
        << list << QStringList{u"a.cpp"_s, u"a.h"_s, u"a_p.h"_s, u"b.h"_s} << QStringList();
    QTest::newRow("a room that is not for users of the library")
        << u"target_sources(x\n    PRIVATE FILE_SET internal_headers FILES\n        a.h\n)"_s
        << QStringList{u"a.h"_s} << QStringList();
    QTest::newRow("a header that is gone")
        << list << QStringList{u"a.h"_s, u"a_p.h"_s}
        << QStringList{u"b.h is listed, but there is no such file"_s};
    QTest::newRow("a header that users would miss")
        << list << QStringList{u"a.h"_s, u"b.h"_s, u"c.h"_s}
        << QStringList{u"c.h is in no set of headers"_s};
    QTest::newRow("a header that users must not see")
        << u"target_sources(x PUBLIC FILE_SET HEADERS FILES a_p.h)"_s << QStringList{u"a_p.h"_s}
        << QStringList{u"a_p.h is private, but listed as a header of the room"_s};
}

void tst_Tree::headerRule()
{
    QFETCH(QString, list);
    QFETCH(QStringList, files);
    QFETCH(QStringList, complaints);
    QCOMPARE(complaintsAboutHeaders(list, files), complaints);
}

void tst_Tree::firstIncludeRule_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("hasHeader");
    QTest::addColumn<QStringList>("complaints");
    const QStringList late{u"core/a/x.cpp does not include its own header first"_s};
    QTest::newRow("its own header first")
        << u"core/a/x.cpp"_s << u"// x\n#include \"core/a/x.h\"\n\n#include <QtCore/QString>\n"_s
        << true << QStringList();
    QTest::newRow("something else first")
        << u"core/a/x.cpp"_s << u"#include <QtCore/QString>\n#include \"core/a/x.h\"\n"_s << true
        << late;
    QTest::newRow("another header that ends alike")
        << u"core/a/x.cpp"_s << u"#include \"core/b/core/a/x.h\"\n"_s << true << late;
    QTest::newRow("never") << u"core/a/x.cpp"_s << QString() << true << late;
    QTest::newRow("there is no such header")
        << u"app/cli/main.cpp"_s << u"#include <QtCore/QString>\n"_s << false << QStringList();
}

void tst_Tree::firstIncludeRule()
{
    QFETCH(QString, path);
    QFETCH(QString, text);
    QFETCH(bool, hasHeader);
    QFETCH(QStringList, complaints);
    QCOMPARE(complaintsAboutFirstInclude(path, text, hasHeader), complaints);
}

void tst_Tree::topLevel()
{
    const QStringList entries =
        root().entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    QVERIFY(entries.contains(u"core"_s));
    QCOMPARE(complaintsAboutTopLevel(entries).join(u'\n'), QString());
}

void tst_Tree::files()
{
    QVERIFY(allFiles().size() > 100);
    QStringList complaints;
    for (const QString &path : allFiles()) {
        if (isScratch(path.section(u'/', -1)))
            continue;
        const QString text = fileText(path);
        complaints +=
            complaintsAboutLicence(path, text) + complaintsAboutSize(path, text)
            + complaintsAboutWords(path, text)
            + complaintsAboutFirstInclude(path, text, root().exists(path.chopped(3) + u"h"_s));
    }
    QCOMPARE(complaints.join(u'\n'), QString());
}

void tst_Tree::publicHeaders()
{
    const QStringList rooms =
        QDir(root().filePath(u"core"_s)).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    QVERIFY(rooms.size() > 5);
    QStringList complaints;
    for (const QString &room : rooms) {
        const QString folder = u"core/"_s + room;
        const QStringList names = QDir(root().filePath(folder)).entryList(QDir::Files);
        for (const QString &complaint :
             complaintsAboutHeaders(fileText(QString(folder + u"/CMakeLists.txt"_s)), names))
            complaints += QString(folder + u": "_s + complaint);
    }
    QCOMPARE(complaints.join(u'\n'), QString());
}

QTEST_GUILESS_MAIN(tst_Tree)
#include "tst_tree.moc"
