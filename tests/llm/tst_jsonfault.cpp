// SPDX-License-Identifier: MIT
#include "core/llm/jsonfault_p.h"

#include <QtTest/QTest>

using namespace Retryscope;

//! \brief Where a JSON text breaks, to the byte.
class tst_JsonFault : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void sound_data();
    void sound();
    void faulty_data();
    void faulty();
    void everyProperBeginningEndsTooEarly();
    void depthIsLimited();
};

void tst_JsonFault::sound_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text :
         {"{}", "[]", " { \"a\" : [ 1 , -2.5e+10 , 0 , 0.0 , 1E5 ] }\r\n\t", "\"\"", "null", "true",
          "false", "-0", "[[[{}]]]", R"({"a":"\"\\\/\b\f\n\r\tAé"})", R"("\ud83d")",
          R"("\ud83d\ude00")", "\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xED\x9F\xBF\"",
          "12345678901234567890123456789", "1e999", R"({"a":1,"a":2})"})
        QTest::newRow(text) << QByteArray(text);
}

void tst_JsonFault::sound()
{
    QFETCH(QByteArray, text);
    const auto fault = findJsonFault(text);
    QVERIFY2(!fault, fault ? qPrintable(fault->reason) : "");
}

void tst_JsonFault::faulty_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qsizetype>("offset");
    QTest::addColumn<QString>("reason");

    const auto row = [](const QByteArray &text, qsizetype offset, const char *reason) {
        QTest::newRow(text.toPercentEncoding(" {}[]\":,\\").constData())
            << text << offset << QString::fromUtf8(reason);
    };
    const char *const value = "a JSON value was expected";
    const char *const early = "the JSON text ends too early";
    const char *const escape = "the escape is none that JSON knows";
    const char *const utf8 = "the bytes are no UTF-8";
    row("", 0, early);
    row("   ", 3, early);
    row("{bad-json}", 1, "a member name was expected");
    row("{\"a\":1,}", 7, "a member name was expected");
    row("{\"a\" 1}", 5, "a colon was expected");
    row("{\"a\":}", 5, value);
    row("{\"a\":tru}", 5, value);
    row("{\"a\":1 \"b\":2}", 7, "a comma or } was expected");
    row("{\"a\":[1}", 7, "a comma or ] was expected");
    row("{\"a\":1]", 6, "a comma or } was expected");
    row("[1,]", 3, value);
    row("[1 2]", 3, "a comma or ] was expected");
    row("{} {}", 3, "something follows the JSON value");
    row("{}x", 2, "something follows the JSON value");
    row("[01]", 1, value);
    row("[1.]", 1, value);
    row("[.5]", 1, value);
    row("[+1]", 1, value);
    row("[-]", 1, value);
    row("[1e]", 1, value);
    row("[NaN]", 1, value);
    row("[nullx]", 1, value);
    row("['a']", 1, value);
    row("{\"a\":\"b\n\"}", 7, "a control character stands in a string");
    row(QByteArray("[\"a\0\"]", 6), 3, "a control character stands in a string");
    row("[\"a\\q\"]", 3, escape);
    row("[\"\\u12g4\"]", 2, escape);
    row("[\"\\u12\"]", 2, escape);
    row("[\"\xFF\"]", 2, utf8);
    row("[\"\xC3\"]", 2, utf8);
    row("[\"\xC0\x80\"]", 2, utf8);
    row("[\"\xED\xA0\x80\"]", 2, utf8);
    row("[\"\xE0\x80\x80\"]", 2, utf8);
    row("[\"\xF0\x80\x80\x80\"]", 2, utf8);
    row("[\"\xF4\x90\x80\x80\"]", 2, utf8);
    row("[\"\xF5\x80\x80\x80\"]", 2, utf8);
}

void tst_JsonFault::faulty()
{
    QFETCH(QByteArray, text);
    QFETCH(qsizetype, offset);
    QFETCH(QString, reason);
    const auto fault = findJsonFault(text);
    QVERIFY(fault);
    QCOMPARE(fault->offset, offset);
    QCOMPARE(fault->reason, reason);
}

void tst_JsonFault::everyProperBeginningEndsTooEarly()
{
    const QByteArray text = R"({"a":[true,{"b":"c\nd"},null,"x"],"e":"f"})";
    QVERIFY(!findJsonFault(text));
    for (qsizetype size = 0; size < text.size(); ++size)
        QVERIFY2(findJsonFault(text.first(size)), text.first(size).constData());
}

void tst_JsonFault::depthIsLimited()
{
    const auto nested = [](qsizetype depth) {
        return QByteArray(QByteArray(depth, '[') + QByteArray(depth, ']'));
    };
    QVERIFY(!findJsonFault(nested(DeepestJson)));
    const auto fault = findJsonFault(nested(DeepestJson + 1));
    QVERIFY(fault);
    QCOMPARE(fault->offset, DeepestJson);
    QVERIFY(findJsonFault(QByteArray(1'000'000, '[')));
}

QTEST_GUILESS_MAIN(tst_JsonFault)
#include "tst_jsonfault.moc"
