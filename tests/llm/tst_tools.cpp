// SPDX-License-Identifier: MIT
#include "core/llm/tools.h"

#include "core/llm/dialect.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

namespace {

QJsonArray list(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).array();
}

const QByteArray schema = R"({"type":"object","properties":{"q":{"type":"string"}}})";

} // namespace

//! The shapes are those of each provider's reference of its API.
class tst_Tools : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void written_data();
    void written();
    void everyDialectHasAForm();
    void whatSaysMoreIsLeftAlone_data();
    void whatSaysMoreIsLeftAlone();
    void nothing();
};

void tst_Tools::written_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QByteArray>("json");
    const QByteArray function = R"([{"type":"function","function":{"name":"find",)"
                                R"("description":"Finds","parameters":)"
                                + schema + "}}]";
    QTest::newRow("OpenAI Chat") << u"openai-chat"_s << function;
    QTest::newRow("Ollama") << u"ollama"_s << function;
    QTest::newRow("Cohere") << u"cohere"_s << function;
    QTest::newRow("OpenAI Responses")
        << u"openai-responses"_s
        << QByteArray(R"([{"type":"function","name":"find","description":"Finds","parameters":)"
                      + schema + "}]");
    QTest::newRow("Anthropic")
        << u"anthropic"_s
        << QByteArray(R"([{"name":"find","description":"Finds","input_schema":)" + schema + "}]");
    QTest::newRow("Gemini")
        << u"gemini"_s
        << QByteArray(
               R"([{"functionDeclarations":[{"name":"find","description":"Finds","parameters":)"
               + schema + "}]}]");
    QTest::newRow("Bedrock")
        << u"bedrock-converse"_s
        << QByteArray(R"([{"toolSpec":{"name":"find","description":"Finds","inputSchema":{"json":)"
                      + schema + "}}}]");
}

void tst_Tools::written()
{
    QFETCH(QString, dialect);
    QFETCH(QByteArray, json);
    const QList<Tool> tools{{u"find"_s, u"Finds"_s, QJsonDocument::fromJson(schema).object()}};
    QVERIFY(Dialect::find(dialect));
    const ToolForm form = Dialect::find(dialect)->facts().toolForm;
    QVERIFY(!list(json).isEmpty());
    QCOMPARE(toolsToJson(tools, form), list(json));
    QCOMPARE(toolsFromJson(list(json), form), std::optional(tools));
}

void tst_Tools::everyDialectHasAForm()
{
    const QList<Tool> tools{exampleTool(), {u"plain"_s, {}, {}}};
    for (const Dialect *dialect : Dialect::all()) {
        const DialectFacts &facts = dialect->facts();
        QVERIFY2(facts.toolForm != ToolForm::None && !facts.toolsMember.isEmpty(),
                 qPrintable(facts.id));
        const QJsonArray json = toolsToJson(tools, facts.toolForm);
        QCOMPARE(toolsFromJson(json, facts.toolForm), std::optional(tools));
    }
}

void tst_Tools::whatSaysMoreIsLeftAlone_data()
{
    QTest::addColumn<ToolForm>("form");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("strict")
        << ToolForm::Function
        << QByteArray(R"([{"type":"function","function":{"name":"a","strict":true}}])");
    QTest::newRow("a tool of the provider")
        << ToolForm::FlatFunction << QByteArray(R"([{"type":"web_search"}])");
    QTest::newRow("one of two") << ToolForm::InputSchema
                                << QByteArray(
                                       R"([{"name":"a"},{"type":"bash_20250124","name":"bash"}])");
    QTest::newRow("two groups")
        << ToolForm::Declarations
        << QByteArray(R"([{"functionDeclarations":[{"name":"a"}]},{"googleSearch":{}}])");
    QTest::newRow("a cache point")
        << ToolForm::ToolSpec
        << QByteArray(R"([{"toolSpec":{"name":"a"}},{"cachePoint":{"type":"default"}}])");
    QTest::newRow("no objects") << ToolForm::Function << QByteArray("[1,null,\"a\",[]]");
}

void tst_Tools::whatSaysMoreIsLeftAlone()
{
    QFETCH(ToolForm, form);
    QFETCH(QByteArray, json);
    QVERIFY(!list(json).isEmpty());
    QVERIFY(!toolsFromJson(list(json), form));
}

void tst_Tools::nothing()
{
    for (const Dialect *dialect : Dialect::all()) {
        QCOMPARE(toolsToJson({}, dialect->facts().toolForm), QJsonArray());
        QCOMPARE(toolsFromJson({}, dialect->facts().toolForm), std::optional(QList<Tool>()));
    }
}

QTEST_MAIN(tst_Tools)
#include "tst_tools.moc"
