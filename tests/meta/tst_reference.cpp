// SPDX-License-Identifier: MIT
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;

namespace {

QString fileText(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

bool matches(const QString &text, const char *pattern)
{
    return text.contains(QRegularExpression(QString::fromLatin1(pattern)));
}

//! Reads a header line by line, in the form that clang-format gives it, and says what a user may
//! name but nobody has explained. No C++ parser: what it does not understand, it asks to document.
class HeaderReader
{
public:
    explicit HeaderReader(const QString &text)
    {
        const QStringList lines = text.split(u'\n');
        for (const QString &line : lines) {
            ++m_line;
            read(line.trimmed());
        }
    }

    QStringList complaints() const { return m_complaints; }

    //! The classes and structs outside of others.
    QStringList classes() const { return m_classes; }

private:
    struct Scope
    {
        enum Kind { Class, Enum } kind = Class;

        bool isPublic = true;
    };

    void read(const QString &line)
    {
        if (line.startsWith(u"//"_s)) {
            readComment(line);
            return;
        }
        if (line.isEmpty() || line.startsWith(u'#')) {
            m_documented = false;
            return;
        }
        const QString code = QString(line).remove(QRegularExpression(u"\\s*//.*$"_s));
        const bool ends = !m_inStatement && endsScope(code);
        if (ends || (!m_inStatement && changesNothing(code))) {
            m_documented = m_documented && !ends && code.startsWith(u"template"_s);
            return;
        }
        if (!m_inStatement)
            begin(code, m_documented || line.contains(u"//!<"_s));
        m_documented = false;
        follow(code);
    }

    void readComment(const QString &line)
    {
        if (line.startsWith(u"//!"_s) && !line.startsWith(u"//!<"_s))
            m_documented = true;
        // clang-format joins it to the line before unless there is an empty one.
        if (matches(line, "\\\\par (?!\\S+$)") || matches(line, "^//! .*\\S \\\\par"))
            complain(u"\\par with its text on the same line"_s);
        if (line == u"//! \\par"_s)
            complain(u"\\par without a title"_s);
    }

    bool endsScope(const QString &code)
    {
        if (code == u"public:"_s || code == u"Q_SIGNALS:"_s || code == u"protected:"_s
            || code == u"public Q_SLOTS:"_s) {
            m_scopes.last().isPublic = true;
            return true;
        }
        if (code.startsWith(u"private"_s) && code.endsWith(u':')) {
            m_scopes.last().isPublic = false;
            return true;
        }
        if (code == u"};"_s && !m_scopes.isEmpty()) {
            m_scopes.removeLast();
            return true;
        }
        return code == u"}"_s || code == u"{"_s;
    }

    // What needs no words.
    static bool changesNothing(const QString &code)
    {
        return matches(code,
                       "^(Q_OBJECT|Q_GADGET|Q_ENUM|Q_FLAG|Q_DECLARE_METATYPE|"
                       "Q_DECLARE_OPERATORS_FOR_FLAGS|QT_BEGIN_NAMESPACE|QT_END_NAMESPACE)\\b")
               || matches(code, "^namespace \\w+ \\{$|^template <[^{]*>$")
               || matches(code, "^(friend )?(class|struct) \\w+;$|^using [\\w:]+;$")
               || matches(code, "\\) = delete;$");
    }

    bool isPublic() const
    {
        return std::all_of(m_scopes.cbegin(), m_scopes.cend(),
                           [](const Scope &scope) { return scope.isPublic; });
    }

    void begin(const QString &code, bool documented)
    {
        if (isPublic() && !documented)
            complain(u"\"%1\" is not documented"_s.arg(code));
        static const QRegularExpression type(
            u"^(class|struct|enum class) ([A-Z]+_EXPORT )?(\\w+)"_s);
        const QRegularExpressionMatch match = type.match(code);
        if (!match.hasMatch() || code.endsWith(u';')) {
            if (match.hasMatch() && code.contains(u'{'))
                complain(u"\"%1\" leaves no room for words"_s.arg(code));
            return;
        }
        const bool isEnum = match.captured(1) == u"enum class"_s;
        if (!isEnum && m_scopes.isEmpty())
            m_classes += match.captured(3);
        // A class opens its brace on a line of its own.
        m_scopes.append({isEnum ? Scope::Enum : Scope::Class,
                         isPublic() && (isEnum || match.captured(1) == u"struct"_s)});
        m_opensScope = true;
    }

    // Until the statement ends.
    void follow(const QString &code)
    {
        m_depth += code.count(u'(') + code.count(u'{') - code.count(u')') - code.count(u'}');
        if (m_opensScope) {
            m_opensScope = false;
            m_depth = 0;
            m_inStatement = false;
            return;
        }
        const bool isItem = !m_scopes.isEmpty() && m_scopes.last().kind == Scope::Enum;
        m_inStatement = m_depth > 0
                        || !(code.endsWith(u';') || code.endsWith(u'}')
                             || (isItem && (code.endsWith(u',') || matches(code, "^\\w+$"))));
    }

    void complain(const QString &what) { m_complaints += u"line %1: "_s.arg(m_line) + what; }

    QList<Scope> m_scopes;
    QStringList m_complaints;
    QStringList m_classes;
    qsizetype m_line = 0;
    qsizetype m_depth = 0;
    bool m_documented = false;
    bool m_inStatement = false;
    bool m_opensScope = false;
};

const QStringList publicHeaders =
    QStringLiteral(RETRYSCOPE_PUBLIC_HEADERS).split(u',', Qt::SkipEmptyParts);

} // namespace

//! The library's reference: that there is a word on everything a user may name.
class tst_Reference : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void tellsWhatIsMissing_data();
    void tellsWhatIsMissing();
    void headersExplainThemselves_data();
    void headersExplainThemselves();
    void doxygenHasNothingToSay();
    void doxygenBreaksOnWhatIsMissing();

private:
    //! Runs doxygen as the target docs does, but into \a folder, and over \a input where that is
    //! not empty. What it says.
    static QString runDoxygen(const QString &folder, const QString &input, int *exitCode);
};

void tst_Reference::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
}

void tst_Reference::tellsWhatIsMissing_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("complaints");
    const QStringList none;
    QTest::newRow("a class with everything")
        << u"//! \\brief A.\nclass RETRYSCOPE_EXPORT A\n{\n    Q_OBJECT\npublic:\n    //! Makes.\n"
           "    A();\n    A(const A &) = delete;\n    //! Asks.\n    bool b() const { return m_b; "
           "}\n"
           "\nprivate:\n    bool m_b;\n};\n"_s
        << none;
    QTest::newRow("a class without a word")
        << u"class A\n{\n};\n"_s << QStringList{u"line 1: \"class A\" is not documented"_s};
    QTest::newRow("a function without a word")
        << u"//! A.\nclass A\n{\npublic:\n    //! B.\n    void b(int x,\n           int y);\n"
           "    void c();\n};\n"_s
        << QStringList{u"line 8: \"void c();\" is not documented"_s};
    QTest::newRow("a word that belongs to something else")
        << u"//! A.\n\nvoid a();\n"_s << QStringList{u"line 3: \"void a();\" is not documented"_s};
    QTest::newRow("a signal without a word")
        << u"//! A.\nclass A\n{\nQ_SIGNALS:\n    void b();\n};\n"_s
        << QStringList{u"line 5: \"void b();\" is not documented"_s};
    QTest::newRow("a field without a word, the private one does not matter")
        << u"//! A.\nstruct A\n{\n    int b = 0;\n    //! C.\n    int c = 0;\nprivate:\n    int d = 0;\n};\n"_s
        << QStringList{u"line 4: \"int b = 0;\" is not documented"_s};
    QTest::newRow("a template, its words stand above")
        << u"//! A.\ntemplate <typename T>\nclass A\n{\npublic:\n    //! B.\n    T b() const &\n   "
           u" {\n"
           "        return 1;\n    }\n    T c();\n};\n"_s
        << QStringList{u"line 11: \"T c();\" is not documented"_s};
    QTest::newRow("the second of two values, the third is explained at length")
        << u"//! A.\nenum class A {\n    B, //!< b\n    C,\n    D, //!< d\n       //!< goes on\n    E, //!< e\n};\n"_s
        << QStringList{u"line 4: \"C,\" is not documented"_s};
    QTest::newRow("values in one line")
        << u"//! A.\nenum class A { B, C };\n"_s
        << QStringList{u"line 2: \"enum class A { B, C };\" leaves no room for words"_s};
    QTest::newRow("a title that swallows the sentence")
        << u"//! Long. \\par Threads Lives in one\n//! \\par Threads Lives\n//! \\par Threads\n"_s
        << QStringList{u"line 1: \\par with its text on the same line"_s,
                       u"line 2: \\par with its text on the same line"_s};
}

void tst_Reference::tellsWhatIsMissing()
{
    QFETCH(QString, text);
    QFETCH(QStringList, complaints);
    QCOMPARE(HeaderReader(text).complaints(), complaints);
}

void tst_Reference::headersExplainThemselves_data()
{
    QTest::addColumn<QString>("header");
    QVERIFY(publicHeaders.size() > 10);
    for (const QString &header : publicHeaders)
        QTest::newRow(qPrintable(header)) << header;
}

void tst_Reference::headersExplainThemselves()
{
    QFETCH(QString, header);
    const QString text = fileText(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/") + header);
    QVERIFY(!text.isEmpty());
    // Whole: QCOMPARE would cut it.
    const QString complaints = HeaderReader(text).complaints().join(u'\n');
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints));
}

void tst_Reference::doxygenHasNothingToSay()
{
    if (QStringLiteral(RETRYSCOPE_DOXYGEN).isEmpty())
        QSKIP("doxygen was not there when CMake ran (Debian: doxygen): there is no target docs");
    QTemporaryDir folder;
    int exitCode = -1;
    const QString said = runDoxygen(folder.path(), {}, &exitCode);
    QVERIFY2(said.isEmpty(), qPrintable(said));
    QCOMPARE(exitCode, 0);

    QStringList missing;
    for (const QString &header : publicHeaders) {
        const QStringList classes =
            HeaderReader(fileText(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/") + header)).classes();
        for (const QString &name : classes) {
            // Doxygen's spelling: an underscore in front of each capital, where file names are
            // blind to case, is not used.
            const QString page = u"Retryscope_1_1"_s + name + u".html"_s;
            if (!QFile::exists(folder.filePath(u"html/class"_s + page))
                && !QFile::exists(folder.filePath(u"html/struct"_s + page)))
                missing += name;
        }
    }
    QCOMPARE(missing, QStringList());
    QVERIFY(QFile::exists(folder.filePath(u"html/classRetryscope_1_1RetryingRequester.html"_s)));
    // The guide is the first page.
    QVERIFY(fileText(folder.filePath(u"html/index.html"_s)).contains(u"find_package(Retryscope"_s));
}

void tst_Reference::doxygenBreaksOnWhatIsMissing()
{
    if (QStringLiteral(RETRYSCOPE_DOXYGEN).isEmpty())
        QSKIP("doxygen was not there when CMake ran (Debian: doxygen): there is no target docs");
    QTemporaryDir folder;
    QFile header(folder.filePath(u"a.h"_s));
    QVERIFY(header.open(QIODevice::WriteOnly));
    header.write("//! \\brief A.\nclass A\n{\npublic:\n    void undocumented();\n};\n");
    header.close();
    int exitCode = -1;
    const QString said = runDoxygen(folder.path(), header.fileName(), &exitCode);
    QVERIFY(exitCode != 0);
    QVERIFY2(said.contains(u"undocumented"_s), qPrintable(said));
}

QString tst_Reference::runDoxygen(const QString &folder, const QString &input, int *exitCode)
{
    QString settings =
        u"@INCLUDE=\"%1\"\nOUTPUT_DIRECTORY=\"%2\"\nQCH_FILE=\nQHG_LOCATION=\n"_s.arg(
            QStringLiteral(RETRYSCOPE_DOXYFILE), folder);
    if (!input.isEmpty())
        settings += u"INPUT=\"%1\"\nUSE_MDFILE_AS_MAINPAGE=\n"_s.arg(input);
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setWorkingDirectory(QStringLiteral(RETRYSCOPE_SOURCE_DIR));
    process.start(QStringLiteral(RETRYSCOPE_DOXYGEN), {u"-"_s});
    process.write(settings.toUtf8());
    process.closeWriteChannel();
    const bool ended = process.waitForFinished(50'000);
    *exitCode = ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
    return QString::fromUtf8(process.readAll());
}

QTEST_GUILESS_MAIN(tst_Reference)

#include "tst_reference.moc"
