// SPDX-License-Identifier: MIT
#include <QtCore/QDir>
#include <QtCore/QDirIterator>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {

//! A room, and what it may include besides itself, Qt Core and the standard library. Words that end
//! in '/' are rooms or outer libraries, the others are single headers.
struct Room
{
    QString folder;
    QStringList allowed;
};

QList<Room> rooms()
{
    const auto words = [](const char *text) {
        return QString::fromLatin1(text).split(u' ', Qt::SkipEmptyParts);
    };
    return {
        {u"core/base"_s, {}},
        {u"core/retry"_s, words("core/base/ QtNetwork/")},
        {u"core/stream"_s, words("core/base/")},
        {u"core/llm"_s, words("core/base/ core/stream/ simdjson.h")},
        {u"core/wire"_s, words("core/base/")},
        {u"core/fault"_s, words("core/base/")},
        {u"core/tls"_s, words("core/base/ QtNetwork/ openssl/")},
        {u"core/tap"_s, words("core/base/ core/wire/ core/fault/ core/tls/ QtNetwork/")},
        {u"core/sandbox"_s,
         words("core/base/ core/wire/ core/stream/ core/llm/ core/fault/ core/tls/ QtNetwork/ "
               "nghttp2/")},
        {u"core/trace"_s, words("core/base/ core/retry/ core/llm/ core/fault/")},
        {u"core/timeline"_s, words("core/base/ core/trace/")},
        {u"core/run"_s, words("core/ QtNetwork/")},
        // Of the requester the window sees the values only: what is sent, is sent through core/run.
        {u"ui"_s, words("core/base/ core/run/ core/trace/ core/timeline/ core/fault/ core/llm/ "
                        "core/retry/attempt.h core/retry/failure.h core/retry/retrypolicy.h "
                        "QtGui/ QtWidgets/ QtSvg/ QtNetwork/QSslSocket qt6keychain/")},
        {u"app/gui"_s, words("core/base/ core/run/ ui/ QtGui/ QtWidgets/")},
        {u"app/cli"_s,
         words("core/base/ core/run/ core/stream/ core/llm/ core/fault/ core/tap/ core/sandbox/ "
               "core/trace/")},
    };
}

//! \a path counts from the project's root.
QString fileText(const QString &path)
{
    QFile file(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/") + path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

//! The files below \a folder with one of these endings, their paths counted from the project's
//! root.
QStringList filesIn(const QString &folder, const QStringList &endings)
{
    const QDir root(QStringLiteral(RETRYSCOPE_SOURCE_DIR));
    QStringList found;
    QDirIterator files(root.filePath(folder), endings, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext())
        found += root.relativeFilePath(files.next());
    found.sort();
    return found;
}

bool isAllowed(const Room &room, const QString &included)
{
    const auto covers = [&included](const QString &word) {
        return word.endsWith(u'/') ? included.startsWith(word) : included == word;
    };
    // The standard library has no folders, and neither has what POSIX offers beside it.
    static const QRegularExpression standard(
        u"^[a-z_0-9]+$|^(sys|netinet|arpa|linux)/|^(fcntl|poll|unistd)\\.h$"_s);
    return covers(room.folder + u'/') || covers(u"QtCore/"_s) || included.contains(standard)
           || std::any_of(room.allowed.cbegin(), room.allowed.cend(), covers);
}

//! What is wrong with the includes of a file in \a room.
QStringList complaintsAbout(const Room &room, const QString &text)
{
    static const QRegularExpression include(u"^\\s*#\\s*include\\s*([\"<])([^\">]+)[\">]"_s,
                                            QRegularExpression::MultilineOption);
    QStringList complaints;
    for (auto match = include.globalMatch(text); match.hasNext();) {
        const QRegularExpressionMatch line = match.next();
        const QString included = line.captured(2);
        static const QRegularExpression generated(u"\\.moc$|^moc_.*\\.cpp$"_s);
        if (included.contains(generated))
            continue;
        static const QRegularExpression ofTheProject(u"^(core|ui|app)/"_s);
        if (line.captured(1) == u"\""_s && !included.contains(ofTheProject))
            complaints += u"\"%1\" is not written from the project's root"_s.arg(included);
        else if (!isAllowed(room, included))
            complaints += u"%1 may not include %2"_s.arg(room.folder, included);
    }
    return complaints;
}

const QStringList cppFiles{u"*.h"_s, u"*.cpp"_s};

} // namespace

//! The rules that hold the rooms together: which one may include which, and that no file is left
//! out.
class tst_Layering : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void tellsWhatIsWrong_data();
    void tellsWhatIsWrong();
    void roomIncludesOnlyWhatItMay_data();
    void roomIncludesOnlyWhatItMay();
    void everyFileOfCodeBelongsToARoom();
    void everyFileOfCodeIsListed();
};

void tst_Layering::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

void tst_Layering::tellsWhatIsWrong_data()
{
    QTest::addColumn<QString>("room");
    QTest::addColumn<QString>("line");
    QTest::addColumn<QStringList>("complaints");

    const QStringList none;
    QTest::newRow("a room includes itself") << u"core/wire"_s << u"\"core/wire/http1.h\""_s << none;
    QTest::newRow("a neighbour that is allowed")
        << u"core/llm"_s << u"\"core/stream/ssedecoder.h\""_s << none;
    QTest::newRow("the standard library") << u"core/wire"_s << u"<string_view>"_s << none;
    QTest::newRow("a system header") << u"core/tap"_s << u"<sys/socket.h>"_s << none;
    QTest::newRow("a codec must not know the tap")
        << u"core/wire"_s << u"\"core/tap/tap.h\""_s
        << QStringList{u"core/wire may not include core/tap/tap.h"_s};
    QTest::newRow("core must not know the window")
        << u"core/run"_s << u"\"ui/theme.h\""_s
        << QStringList{u"core/run may not include ui/theme.h"_s};
    QTest::newRow("a room whose name begins alike is another")
        << u"core/tls"_s << u"\"core/tlsx/a.h\""_s
        << QStringList{u"core/tls may not include core/tlsx/a.h"_s};
    QTest::newRow("a codec must not use the network")
        << u"core/stream"_s << u"<QtNetwork/QNetworkReply>"_s
        << QStringList{u"core/stream may not include QtNetwork/QNetworkReply"_s};
    QTest::newRow("core must not use widgets")
        << u"core/timeline"_s << u"<QtWidgets/QWidget>"_s
        << QStringList{u"core/timeline may not include QtWidgets/QWidget"_s};
    QTest::newRow("a Qt header without its module is not told apart")
        << u"core/run"_s << u"<QString>"_s << QStringList{u"core/run may not include QString"_s};
    QTest::newRow("simdjson stays in llm")
        << u"core/trace"_s << u"<simdjson.h>"_s
        << QStringList{u"core/trace may not include simdjson.h"_s};
    QTest::newRow("the window must not send by itself")
        << u"ui"_s << u"\"core/retry/retryingrequester.h\""_s
        << QStringList{u"ui may not include core/retry/retryingrequester.h"_s};
    QTest::newRow("a path from where the file stands")
        << u"core/tap"_s << u"\"tap.h\""_s
        << QStringList{u"\"tap.h\" is not written from the project's root"_s};
}

void tst_Layering::tellsWhatIsWrong()
{
    QFETCH(QString, room);
    QFETCH(QString, line);
    QFETCH(QStringList, complaints);

    const QList<Room> all = rooms();
    const auto found = std::find_if(all.cbegin(), all.cend(),
                                    [&room](const Room &each) { return each.folder == room; });
    QVERIFY(found != all.cend());
    QCOMPARE(complaintsAbout(*found, u"// first\n#include "_s + line + u"\n"_s), complaints);
}

void tst_Layering::roomIncludesOnlyWhatItMay_data()
{
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QStringList>("allowed");
    for (const Room &room : rooms())
        QTest::newRow(qPrintable(room.folder)) << room.folder << room.allowed;
}

void tst_Layering::roomIncludesOnlyWhatItMay()
{
    QFETCH(QString, folder);
    QFETCH(QStringList, allowed);

    QStringList complaints;
    for (const QString &file : filesIn(folder, cppFiles)) {
        for (const QString &complaint : complaintsAbout({folder, allowed}, fileText(file)))
            complaints += file + u": "_s + complaint;
    }
    QCOMPARE(complaints.join(u'\n'), QString());
}

void tst_Layering::everyFileOfCodeBelongsToARoom()
{
    const QList<Room> all = rooms();
    QStringList homeless;
    for (const QString &top : {u"core"_s, u"ui"_s, u"app"_s}) {
        for (const QString &file : filesIn(top, cppFiles)) {
            const auto holds = [&file](const Room &room) {
                return file.startsWith(room.folder + u'/');
            };
            if (std::none_of(all.cbegin(), all.cend(), holds))
                homeless += file;
        }
    }
    QCOMPARE(homeless.join(u'\n'), QString());
}

// A source that no target lists is not built, and a header that neither a target lists nor a source
// stands beside is skipped by AUTOMOC.
void tst_Layering::everyFileOfCodeIsListed()
{
    const QDir root(QStringLiteral(RETRYSCOPE_SOURCE_DIR));
    QString lists;
    QStringList files;
    for (const QString &top : {u"core"_s, u"ui"_s, u"app"_s, u"tests"_s}) {
        for (const QString &list : filesIn(top, {u"CMakeLists.txt"_s}))
            lists += fileText(list);
        files += filesIn(top, top == u"tests"_s ? QStringList{u"*.cpp"_s} : cppFiles);
    }
    QVERIFY(!files.isEmpty());

    QStringList unlisted;
    for (const QString &file : std::as_const(files)) {
        const QString stem = file.section(u'/', -1).section(u'.', 0, 0);
        if (file.endsWith(u".h"_s) && root.exists(file.chopped(1) + u"cpp"_s))
            continue;
        // Tests may be listed by a loop over what follows "tst_".
        const QRegularExpression word(
            stem.startsWith(u"tst_"_s)
                ? u"[\\s/(](tst_)?%1(\\.cpp|[\\s)])"_s.arg(stem.mid(4))
                : u"[\\s/(]%1\\b"_s.arg(QRegularExpression::escape(file.section(u'/', -1))));
        if (!lists.contains(word))
            unlisted += file;
    }
    QCOMPARE(unlisted.join(u'\n'), QString());
}

QTEST_GUILESS_MAIN(tst_Layering)

#include "tst_layering.moc"
