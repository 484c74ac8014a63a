// SPDX-License-Identifier: MIT
#include "tests/ui/named.h"
#include "ui/composer/composer.h"
#include "ui/composer/endpointbar.h"
#include "ui/composer/jsoneditor.h"
#include "ui/composer/jsonmember.h"
#include "ui/composer/keyfield.h"
#include "ui/composer/keystore.h"
#include "ui/composer/requestdocument.h"
#include "ui/composer/requestpane.h"
#include "ui/curl.h"
#include "ui/faults/faultplaneditor.h"
#include "ui/plaintext.h"
#include "ui/policy/policyeditor.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryFile>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <memory>

using namespace Retryscope;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

//! The composer with its widgets in one window, as they have no parent of their own.
struct Bench
{
    QWidget window;
    Composer composer;

    Bench()
    {
        auto *layout = new QVBoxLayout(&window);
        layout->addWidget(composer.bar());
        layout->addWidget(composer.request());
        layout->addWidget(composer.faults());
        layout->addWidget(composer.policy());
        composer.setScenario(Scenario::example());
    }

    template <typename Widget>
    Widget *named(const QString &name)
    {
        return Retryscope::named<Widget>(window, name);
    }

    QLineEdit *parameter(const QString &label) { return named<QLineEdit>(u"Parameter "_s + label); }

    //! As a person would choose it.
    void choose(const QString &dialect)
    {
        auto *box = named<QComboBox>(u"Dialect"_s);
        box->setCurrentIndex(box->findData(dialect));
        Q_EMIT box->activated(box->currentIndex());
    }

    void setJson(const QJsonObject &json)
    {
        named<QPlainTextEdit>(u"Request JSON"_s)
            ->setPlainText(QString::fromUtf8(QJsonDocument(json).toJson()));
    }

    QJsonObject json() const
    {
        return QJsonDocument::fromJson(composer.document()->text().toUtf8()).object();
    }

    QStringList shownNotes()
    {
        QStringList notes;
        const auto labels = window.findChildren<QLabel *>();
        for (const QLabel *label : labels) {
            if (label->inherits("Retryscope::FieldNote") && !label->isHidden())
                notes << label->text();
        }
        return notes;
    }
};

} // namespace

Q_DECLARE_METATYPE(Retryscope::DialectField)

//! Answers later, as a desktop does.
class FakeKeyStore final : public KeyStore
{
public:
    explicit FakeKeyStore(QByteArray *kept, const QString &problem = {})
        : m_kept(kept)
        , m_problem(problem)
    {}

    void read() override
    {
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT found(m_problem.isEmpty() ? *m_kept : QByteArray(), m_problem); },
            Qt::QueuedConnection);
    }

    void write(const QByteArray &key) override
    {
        if (m_problem.isEmpty())
            *m_kept = key;
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT written(m_problem); }, Qt::QueuedConnection);
    }

private:
    QByteArray *m_kept;
    QString m_problem;
};

class tst_Composer : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init()
    {
        QTest::failOnWarning(QRegularExpression(
            QStringLiteral("^(?!This plugin does not support propagateSizeHints)")));
    }

    void theFormWritesTheJson();
    void theJsonWritesTheForm();
    void whatTheFormDoesNotKnowStays();
    void noBreakSpacesAreSentAsTyped();
    void invalidJsonIsMarkedAndNothingIsLost_data();
    void invalidJsonIsMarkedAndNothingIsLost();
    void jsonBeyondTheFormIsSentAsItIs();
    void everyDialectFitsTheForm_data();
    void everyDialectFitsTheForm();
    void everyParameterIsInStepWithTheJson_data();
    void everyParameterIsInStepWithTheJson();
    void parametersAreReachedByKeys();
    void aParameterOfTheWrongKindIsSaidAndSent_data();
    void aParameterOfTheWrongKindIsSaidAndSent();
    void whatNoFieldCanShowIsLeftAlone();
    void parametersMoveToAnotherDialect();
    void whatADialectAsksForIsSaid_data();
    void whatADialectAsksForIsSaid();
    void aRawRequestIsAnyText();
    void fromAChatToRawAndBack();
    void aScenarioComesBackAsItWent();
    void stateKeepsMistakes();
    void keysAreNeverInTheState_data();
    void keysAreNeverInTheState();
    void aTypedKeyIsKeptInTheStore();
    void aStoreThatDoesNotWork();
    void everythingElseOfAScenarioHasAField();
    void headersOneALine();
    void secretHeadersAreNotRemembered();
    void mistakesInTheConnection_data();
    void mistakesInTheConnection();
    void keySources_data();
    void keySources();
    void errorsGoNextToTheirFields_data();
    void errorsGoNextToTheirFields();
    void curlHasNoKey();
    void curlNamesVariables();
    void curlOfARawRequest();
    void variablesAreKept();
    void endpointOfAVariable();
};

void tst_Composer::theFormWritesTheJson()
{
    Bench bench;
    bench.named<QLineEdit>(u"Model"_s)->clear();
    QTest::keyClicks(bench.named<QLineEdit>(u"Model"_s), u"gpt-x"_s);
    bench.named<QPlainTextEdit>(u"System prompt"_s)->setPlainText(u"Be brief."_s);
    bench.named<QPlainTextEdit>(u"Message"_s)->setPlainText(u"Why?\nReally."_s);
    bench.named<QCheckBox>(u"Stream"_s)->setChecked(false);
    QCOMPARE(bench.json().value("model"_L1).toString(), u"gpt-x"_s);
    const QJsonArray messages = bench.json().value("messages"_L1).toArray();
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages.at(0)["content"_L1].toString(), u"Be brief."_s);
    QCOMPARE(messages.at(1)["content"_L1].toString(), u"Why?\nReally."_s);
    QCOMPARE(bench.json().value("stream"_L1).toBool(false), false);
    QCOMPARE(plainText(bench.named<QPlainTextEdit>(u"Request JSON"_s)),
             bench.composer.document()->text());
}

void tst_Composer::theJsonWritesTheForm()
{
    Bench bench;
    bench.named<QPlainTextEdit>(u"Request JSON"_s)
        ->setPlainText(uR"({"model":"m2","messages":[{"role":"system","content":"S"},
        {"role":"user","content":"one"},{"role":"assistant","content":"two"},
        {"role":"user","content":"three"}],"stream":true})"_s);
    QCOMPARE(bench.named<QLineEdit>(u"Model"_s)->text(), u"m2"_s);
    QCOMPARE(plainText(bench.named<QPlainTextEdit>(u"System prompt"_s)), u"S"_s);
    QCOMPARE(plainText(bench.named<QPlainTextEdit>(u"Message"_s)), u"three"_s);
    QVERIFY(bench.named<QCheckBox>(u"Stream"_s)->isChecked());
    // The turns before the last one are kept when that is edited.
    bench.named<QPlainTextEdit>(u"Message"_s)->setPlainText(u"four"_s);
    const QJsonArray messages = bench.json().value("messages"_L1).toArray();
    QCOMPARE(messages.size(), 4);
    QCOMPARE(messages.at(1)["content"_L1].toString(), u"one"_s);
    QCOMPARE(messages.at(3)["content"_L1].toString(), u"four"_s);
}

void tst_Composer::whatTheFormDoesNotKnowStays()
{
    Bench bench;
    const QJsonObject tool{{u"type"_s, u"function"_s}, {u"x"_s, QJsonArray{1, 2.5, QJsonValue()}}};
    QJsonObject json = bench.json();
    json.insert(u"temperature"_s, 0.7);
    json.insert(u"tools"_s, QJsonArray{tool});
    bench.named<QPlainTextEdit>(u"Request JSON"_s)
        ->setPlainText(QString::fromUtf8(QJsonDocument(json).toJson()));
    bench.named<QPlainTextEdit>(u"Message"_s)->setPlainText(u"changed"_s);
    QCOMPARE(bench.json().value("temperature"_L1).toDouble(), 0.7);
    QCOMPARE(bench.json().value("tools"_L1).toArray(), QJsonArray{tool});
    QVERIFY(bench.composer.document()->text().contains(u"changed"_s));
}

void tst_Composer::noBreakSpacesAreSentAsTyped()
{
    Bench bench;
    bench.named<QPlainTextEdit>(u"Message"_s)->setPlainText(u"10\u00a0km"_s);
    QCOMPARE(bench.composer.compose().scenario.chat.messages.last().content, u"10\u00a0km"_s);
}

void tst_Composer::invalidJsonIsMarkedAndNothingIsLost_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("earliest");
    QTest::newRow("a brace is missing") << uR"({"model":"m","messages":[])"_s << 20;
    QTest::newRow("a word that is no value") << uR"({"model": nope})"_s << 9;
    QTest::newRow("characters of several bytes before the mistake")
        << uR"({"model":"\u00e4\u00f6\u00fc\u20ac", x})"_s << 15;
    QTest::newRow("a list") << u"[1, 2]"_s << 0;
    QTest::newRow("nothing at all") << u"  "_s << 0;
}

void tst_Composer::invalidJsonIsMarkedAndNothingIsLost()
{
    QFETCH(QString, text);
    QFETCH(int, earliest);
    Bench bench;
    auto *json = bench.named<QPlainTextEdit>(u"Request JSON"_s);
    json->setPlainText(text);
    const auto &error = bench.composer.document()->error();
    QVERIFY(error.has_value());
    QVERIFY(!error->message.isEmpty());
    QVERIFY(error->offset.value_or(-1) >= earliest);
    QVERIFY(*error->offset <= text.size());
    QVERIFY(bench.shownNotes().contains(error->message));
    if (!text.isEmpty())
        QCOMPARE(json->extraSelections().size(), 1);
    // Send is refused, the text is what was typed, and the form cannot overwrite it.
    QVERIFY(!bench.composer.compose().errors.isEmpty());
    QCOMPARE(plainText(json), text);
    QVERIFY(!bench.named<QPlainTextEdit>(u"Message"_s)->isEnabled());
    json->setPlainText(u"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"_s);
    QVERIFY(!bench.composer.document()->error());
    QVERIFY(bench.named<QPlainTextEdit>(u"Message"_s)->isEnabled());
    QVERIFY(json->extraSelections().isEmpty());
}

void tst_Composer::jsonBeyondTheFormIsSentAsItIs()
{
    Bench bench;
    const QString text = uR"({"model":"m","messages":[{"role":"user","content":
        [{"type":"image_url","image_url":{"url":"data:,"}}]}]})"_s;
    bench.named<QPlainTextEdit>(u"Request JSON"_s)->setPlainText(text);
    QVERIFY(!bench.composer.document()->fitsForm());
    QVERIFY(!bench.named<QPlainTextEdit>(u"Message"_s)->isEnabled());
    const Composition composition = bench.composer.compose();
    QVERIFY(composition.errors.isEmpty());
    QCOMPARE(composition.scenario.rawBody, std::optional<QByteArray>(text.toUtf8()));
}

void tst_Composer::everyDialectFitsTheForm_data()
{
    QTest::addColumn<QString>("id");
    for (const QString &id : Dialect::ids())
        QTest::newRow(qPrintable(id)) << id;
}

void tst_Composer::everyDialectFitsTheForm()
{
    QFETCH(QString, id);
    const Dialect *dialect = Dialect::find(id);
    RequestDocument document;
    document.load(Scenario::example());
    document.setDialect(dialect);
    QVERIFY(document.fitsForm());
    QCOMPARE(document.chat().model, dialect->defaultModel());
    ChatRequest chat = document.chat();
    chat.model = u"another"_s;
    chat.stream = false;
    chat.messages = {{u"user"_s, u"Hi"_s}};
    document.setChat(chat);
    document.setText(document.text() + u'\n'); // as typed
    QVERIFY(document.fitsForm());
    Scenario scenario;
    document.store(&scenario);
    QCOMPARE(scenario.dialect, id);
    QCOMPARE(scenario.chat.model, u"another"_s);
    QCOMPARE(scenario.chat.stream, false);
    QCOMPARE(scenario.chat.messages, chat.messages);
}

void tst_Composer::everyParameterIsInStepWithTheJson_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<DialectField>("field");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QJsonValue>("value");
    for (const Dialect *dialect : Dialect::all()) {
        for (const DialectField &field : dialect->facts().fields) {
            const auto row = [&](const QString &text, const QJsonValue &value) {
                const QString name = dialect->id() + u", "_s + field.member + u": "_s + text;
                QTest::newRow(qPrintable(name)) << dialect->id() << field << text << value;
            };
            switch (field.kind) {
            case DialectField::Kind::Number:
                row(u"0.25"_s, 0.25);
                row(u"2"_s, 2);
                break;
            case DialectField::Kind::Count:
                row(u"4096"_s, 4096);
                break;
            case DialectField::Kind::Word:
                row(u"low"_s, u"low"_s);
                row(u"false"_s, false);
                break;
            }
        }
    }
}

void tst_Composer::everyParameterIsInStepWithTheJson()
{
    QFETCH(QString, dialect);
    QFETCH(DialectField, field);
    QFETCH(QString, text);
    QFETCH(QJsonValue, value);
    Bench bench;
    bench.choose(dialect);
    const QJsonObject before = bench.json();
    const QJsonValue byDefault = memberAt(before, field.member);
    QCOMPARE(byDefault.isUndefined(), field.defaultValue.isEmpty());
    QLineEdit *edit = bench.parameter(field.label);
    QVERIFY(edit);
    QVERIFY(edit->isEnabled());
    QCOMPARE(edit->text(), QString());
    QCOMPARE(edit->placeholderText(),
             field.defaultValue.isEmpty() ? u"not sent"_s : field.defaultValue);
    // Typed: it stands in the JSON, and is what is sent; nothing else has changed.
    QTest::keyClicks(edit, text);
    QCOMPARE(edit->text(), text);
    QCOMPARE(memberAt(bench.json(), field.member), value);
    const Scenario scenario = bench.composer.compose().scenario;
    QVERIFY(!scenario.rawBody);
    QCOMPARE(Dialect::find(dialect)->toJson(scenario.chat), bench.json());
    QCOMPARE(bench.shownNotes().filter(u"belongs here"_s), QStringList());
    // The other way round.
    QJsonObject json = bench.json();
    setMemberAt(json, field.member, QJsonValue::Undefined);
    bench.setJson(json);
    QCOMPARE(edit->text(), QString());
    QCOMPARE(edit->placeholderText(), u"not sent"_s);
    setMemberAt(json, field.member, value);
    bench.setJson(json);
    QCOMPARE(edit->text(), text);
    // And taken out again.
    edit->selectAll();
    QTest::keyClick(edit, Qt::Key_Backspace);
    QCOMPARE(bench.json(), before);
}

void tst_Composer::parametersAreReachedByKeys()
{
    Bench bench;
    bench.choose(u"anthropic"_s);
    bench.window.show();
    QVERIFY(QTest::qWaitForWindowActive(&bench.window));
    auto *button = bench.named<QToolButton>(u"Parameters"_s);
    QVERIFY(!bench.parameter(u"Temperature"_s)->isVisible());
    bench.named<QPlainTextEdit>(u"Message"_s)->setFocus();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QCOMPARE(QApplication::focusWidget(), button);
    QTest::keyClick(button, Qt::Key_Space);
    QVERIFY(bench.parameter(u"Temperature"_s)->isVisible());
    for (const QString &label :
         {u"Maximum tokens"_s, u"Temperature"_s, u"Top p"_s, u"Thinking tokens"_s}) {
        QCOMPARE(QApplication::focusWidget(), bench.parameter(label));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    // What is set can be seen while they are closed, and a restart keeps them open.
    QTest::keyClicks(bench.parameter(u"Top p"_s), u"0.5"_s);
    QVERIFY2(button->text().contains(u"1 set"_s), qPrintable(button->text()));
    Bench other;
    other.composer.restore(bench.composer.state());
    QVERIFY(other.named<QToolButton>(u"Parameters"_s)->isChecked());
    QCOMPARE(other.parameter(u"Top p"_s)->text(), u"0.5"_s);
}

void tst_Composer::aParameterOfTheWrongKindIsSaidAndSent_data()
{
    QTest::addColumn<QString>("label");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QJsonValue>("value");
    QTest::newRow("a word for a number") << u"Temperature"_s << u"warm"_s << QJsonValue(u"warm"_s);
    QTest::newRow("a comma for a point") << u"Temperature"_s << u"0,7"_s << QJsonValue(u"0,7"_s);
    QTest::newRow("no number") << u"Temperature"_s << u"nan"_s << QJsonValue(u"nan"_s);
    QTest::newRow("a fraction for a count") << u"Maximum tokens"_s << u"1.5"_s << QJsonValue(1.5);
}

void tst_Composer::aParameterOfTheWrongKindIsSaidAndSent()
{
    QFETCH(QString, label);
    QFETCH(QString, text);
    QFETCH(QJsonValue, value);
    Bench bench;
    bench.choose(u"cohere"_s);
    const QString member = label == "Temperature"_L1 ? u"temperature"_s : u"max_tokens"_s;
    const auto notes = [](Bench &shown) {
        return shown.shownNotes().filter(u"It is sent as typed."_s);
    };
    QTest::keyClicks(bench.parameter(label), text);
    QCOMPARE(notes(bench).size(), 1);
    QCOMPARE(bench.parameter(label)->accessibleDescription(), notes(bench).first());
    QCOMPARE(bench.json().value(member), value);
    QVERIFY(bench.composer.compose().errors.isEmpty());
    // Nothing typed is ever lost.
    Bench other;
    other.composer.restore(bench.composer.state());
    QCOMPARE(other.parameter(label)->text(), text);
    QCOMPARE(notes(other).size(), 1);
    bench.parameter(label)->selectAll();
    QTest::keyClicks(bench.parameter(label), u"1"_s);
    QCOMPARE(notes(bench).size(), 0);
    QCOMPARE(bench.json().value(member), QJsonValue(1));
}

void tst_Composer::whatNoFieldCanShowIsLeftAlone()
{
    Bench bench;
    bench.choose(u"openai-responses"_s);
    QJsonObject json = bench.json();
    json.insert(u"reasoning"_s, u"none"_s);
    json.insert(u"temperature"_s, QJsonArray{1});
    bench.setJson(json);
    QVERIFY(!bench.parameter(u"Reasoning effort"_s)->isEnabled());
    QVERIFY(!bench.parameter(u"Temperature"_s)->isEnabled());
    QCOMPARE(bench.parameter(u"Temperature"_s)->text(), u"[1]"_s);
    QTest::keyClicks(bench.parameter(u"Top p"_s), u"1"_s);
    json.insert(u"top_p"_s, 1);
    QCOMPARE(bench.json(), json);
    // What stands beside a parameter stays, and no empty object is left behind.
    json.insert(u"reasoning"_s, QJsonObject{{u"effort"_s, u"low"_s}, {u"summary"_s, u"auto"_s}});
    bench.setJson(json);
    bench.parameter(u"Reasoning effort"_s)->selectAll();
    QTest::keyClick(bench.parameter(u"Reasoning effort"_s), Qt::Key_Delete);
    QCOMPARE(bench.json().value("reasoning"_L1).toObject(),
             QJsonObject({{u"summary"_s, u"auto"_s}}));
    // JSON that the form does not fit.
    bench.named<QPlainTextEdit>(u"Request JSON"_s)->setPlainText(u"{"_s);
    QVERIFY(!bench.parameter(u"Top p"_s)->isEnabled());
}

void tst_Composer::parametersMoveToAnotherDialect()
{
    Bench bench;
    bench.choose(u"openai-chat"_s);
    QTest::keyClicks(bench.parameter(u"Maximum tokens"_s), u"77"_s);
    QTest::keyClicks(bench.parameter(u"Temperature"_s), u"0.5"_s);
    const QJsonObject before = bench.json();
    bench.choose(u"gemini"_s);
    QCOMPARE(bench.parameter(u"Maximum tokens"_s)->text(), u"77"_s);
    QCOMPARE(bench.json().value("generationConfig"_L1).toObject(),
             QJsonObject({{u"maxOutputTokens"_s, 77}, {u"temperature"_s, 0.5}}));
    QVERIFY(!bench.json().contains("temperature"_L1));
    bench.choose(u"openai-chat"_s);
    QCOMPARE(bench.json(), before);
}

void tst_Composer::whatADialectAsksForIsSaid_data()
{
    QTest::addColumn<QString>("dialect");
    QTest::addColumn<QString>("endpoint");
    QTest::addColumn<QString>("says");
    const auto row = [](const char *name, const QString &dialect, const QString &endpoint,
                        const QString &says) {
        QTest::newRow(name) << dialect << endpoint << says;
    };
    for (const Dialect *dialect : Dialect::all())
        row(qPrintable(dialect->id()), dialect->id(), u"sandbox"_s, dialect->facts().ending);
    row("the path", u"anthropic"_s, u"sandbox"_s, u"POST /v1/messages, key in x-api-key. "_s);
    row("behind a base", u"openai-chat"_s, u"https://api.groq.com"_s,
        u"POST /openai/v1/chat/completions, key in Authorization. "_s);
    row("a model in the path", u"gemini"_s, u"https://example.org"_s,
        u"POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse, key in x-goog-api-key. "_s);
    row("a server with a key header and a habit of its own", u"openai-chat"_s,
        u"https://me.openai.azure.com"_s,
        u"key in api-key. The event [DONE] ends the stream. Azure OpenAI: The first event "_s);
    row("a signature", u"bedrock-converse"_s, u"https://example.org"_s,
        u"key in Authorization, or Amazon's signature. "_s);
    row("no endpoint yet", u"cohere"_s, u"http://"_s, u"POST /v2/chat, "_s);
}

void tst_Composer::whatADialectAsksForIsSaid()
{
    QFETCH(QString, dialect);
    QFETCH(QString, endpoint);
    QFETCH(QString, says);
    Bench bench;
    bench.choose(dialect);
    auto *field = bench.named<QLineEdit>(u"Endpoint"_s);
    field->clear();
    QTest::keyClicks(field, endpoint);
    const QString said = bench.named<QComboBox>(u"Dialect"_s)->accessibleDescription();
    QVERIFY2(said.contains(says), qPrintable(said));
    QVERIFY(bench.shownNotes().contains(said));
    // Nothing of a stream where none is asked for.
    bench.named<QCheckBox>(u"Stream"_s)->setChecked(false);
    const QString whole = bench.named<QComboBox>(u"Dialect"_s)->accessibleDescription();
    QVERIFY(whole.startsWith(u"POST /"_s));
    QVERIFY(!whole.contains(u"ends the stream"_s));
}

void tst_Composer::aRawRequestIsAnyText()
{
    Bench bench;
    Scenario scenario;
    scenario.dialect = u"raw"_s;
    scenario.endpoint = u"https://a.test/x?y=1"_s;
    scenario.method = "GET";
    bench.composer.setScenario(scenario);
    const auto *tabs = bench.composer.request()->findChild<QTabWidget *>();
    QVERIFY(!tabs->isTabVisible(0));
    QCOMPARE(tabs->tabText(tabs->currentIndex()), u"Body"_s);
    QVERIFY(!bench.named<QPlainTextEdit>(u"Request JSON"_s));
    auto *body = bench.named<QPlainTextEdit>(u"Request body"_s);
    QCOMPARE(plainText(body), QString());
    QVERIFY(bench.shownNotes().join(u' ').contains("Sent as it is typed"_L1));
    Composition composition = bench.composer.compose();
    QCOMPARE(composition.errors.size(), 0);
    QCOMPARE(composition.scenario.rawBody, QByteArray());
    body->setPlainText(u"no { JSON"_s);
    composition = bench.composer.compose();
    QCOMPARE(composition.errors.size(), 0);
    QCOMPARE(composition.scenario.rawBody, QByteArray("no { JSON"));
    QCOMPARE(composition.scenario.dialect, u"raw"_s);
    QCOMPARE(composition.scenario.endpoint, scenario.endpoint);
    // And after a restart.
    Bench other;
    other.composer.restore(bench.composer.state());
    QCOMPARE(plainText(other.named<QPlainTextEdit>(u"Request body"_s)), u"no { JSON"_s);
    QCOMPARE(other.composer.compose().scenario.rawBody, QByteArray("no { JSON"));
}

void tst_Composer::fromAChatToRawAndBack()
{
    Bench bench;
    bench.named<QPlainTextEdit>(u"Message"_s)->setPlainText(u"Hi"_s);
    const QJsonObject chat = bench.json();
    // What would have been sent is what a raw request begins with.
    bench.choose(u"raw"_s);
    QCOMPARE(bench.json(), chat);
    bench.named<QPlainTextEdit>(u"Request body"_s)->setPlainText(u"anything"_s);
    bench.choose(u"openai-chat"_s);
    QCOMPARE(bench.json(), chat);
    const auto *tabs = bench.composer.request()->findChild<QTabWidget *>();
    QCOMPARE(tabs->currentIndex(), 0);
    QCOMPARE(plainText(bench.named<QPlainTextEdit>(u"Message"_s)), u"Hi"_s);
    QVERIFY(!bench.composer.compose().scenario.rawBody);
}

void tst_Composer::aScenarioComesBackAsItWent()
{
    Scenario scenario = Scenario::example();
    scenario.chat.model = u"m3"_s;
    scenario.policy.maxRetries = 7;
    scenario.policy.jitter = 0.333;
    scenario.policy.retryMaybeProcessed = false;
    scenario.timeouts.firstByte = std::chrono::milliseconds(1234);
    scenario.headers.append({QByteArrayLiteral("X-Test"), QByteArrayLiteral("1")});
    scenario.seed = 18'446'744'073'709'551'615ULL;
    Bench bench;
    bench.composer.setScenario(scenario);
    const Composition composition = bench.composer.compose();
    QVERIFY(composition.errors.isEmpty());
    QCOMPARE(composition.scenario.toJson(), scenario.toJson());
    QVERIFY(composition.scenario == scenario);
}

void tst_Composer::stateKeepsMistakes()
{
    QJsonObject state;
    {
        Bench bench;
        bench.named<QPlainTextEdit>(u"Request JSON"_s)->setPlainText(u"{ half a req"_s);
        bench.named<QLineEdit>(u"Fault plan"_s)->setText(u"dns,nosuch"_s);
        bench.named<QLineEdit>(u"Seed"_s)->setText(u"4x"_s);
        bench.named<QLineEdit>(u"Endpoint"_s)->setText(u"http://exa mple/"_s);
        bench.composer.faults()->setArmed(false);
        state = bench.composer.state();
    }
    Bench bench;
    bench.composer.restore(QJsonDocument::fromJson(QJsonDocument(state).toJson()).object());
    QCOMPARE(plainText(bench.named<QPlainTextEdit>(u"Request JSON"_s)), u"{ half a req"_s);
    QCOMPARE(bench.named<QLineEdit>(u"Fault plan"_s)->text(), u"dns,nosuch"_s);
    QCOMPARE(bench.named<QLineEdit>(u"Seed"_s)->text(), u"4x"_s);
    QCOMPARE(bench.named<QLineEdit>(u"Endpoint"_s)->text(), u"http://exa mple/"_s);
    QVERIFY(!bench.composer.faults()->isArmed());
}

void tst_Composer::keysAreNeverInTheState_data()
{
    QTest::addColumn<int>("source");
    QTest::newRow("typed") << int(KeyField::Source::Typed);
    QTest::newRow("typed where the name of a variable belongs")
        << int(KeyField::Source::Environment);
}

void tst_Composer::keysAreNeverInTheState()
{
    QFETCH(int, source);
    Bench bench;
    const QString canary = u"sk-canary-3141592653589793"_s;
    bench.named<QComboBox>(u"Key source"_s)->setCurrentIndex(source);
    bench.named<QLineEdit>(u"API key"_s)->clear();
    QTest::keyClicks(bench.named<QLineEdit>(u"API key"_s), canary);
    if (source == int(KeyField::Source::Typed)) {
        QCOMPARE(bench.composer.compose().key, canary.toUtf8());
        bench.named<QPlainTextEdit>(u"Message"_s)->setPlainText(u"my key is "_s + canary);
    }
    QVERIFY(!QJsonDocument(bench.composer.state()).toJson().contains(canary.toUtf8()));
    QVERIFY(!bench.composer.compose().scenario.toText().contains(canary.toUtf8())
            || source == int(KeyField::Source::Typed));
}

void tst_Composer::aTypedKeyIsKeptInTheStore()
{
    const QByteArray canary = "sk-canary-2718281828459045";
    QByteArray inStore;
    Bench bench;
    KeyField *field = bench.composer.bar()->key();
    auto *value = bench.named<QLineEdit>(u"API key"_s);
    field->sourceField()->setCurrentIndex(int(KeyField::Source::Typed));
    QCOMPARE(field->whereKept(), u"until the program ends"_s);
    field->setStore(std::make_unique<FakeKeyStore>(&inStore));
    QCOMPARE(field->whereKept(), u"kept in the keyring"_s);
    QTest::keyClicks(value, QString::fromLatin1(canary));
    QTRY_COMPARE(inStore, canary);
    QVERIFY(!QJsonDocument(bench.composer.state()).toJson().contains(canary));
    {
        // The next start.
        Bench next;
        next.composer.restore(bench.composer.state());
        KeyField *again = next.composer.bar()->key();
        QVERIFY(again->typedKey().isEmpty());
        again->setStore(std::make_unique<FakeKeyStore>(&inStore));
        QTRY_COMPARE(again->typedKey(), canary);
        QCOMPARE(again->valueField()->text(), QString::fromLatin1(canary));
        QCOMPARE(again->valueField()->echoMode(), QLineEdit::Password);
    }
    value->selectAll();
    QTest::keyClick(value, Qt::Key_Delete);
    QTest::keyClick(value, Qt::Key_Return); // at once
    QCOMPARE(inStore, QByteArray());
    QTest::keyClicks(value, u"${NAME}"_s);
    QTest::keyClick(value, Qt::Key_Return);
    QCOMPARE(inStore, QByteArray());
}

void tst_Composer::aStoreThatDoesNotWork()
{
    QByteArray inStore = "sk-of-another-time";
    Bench bench;
    KeyField *field = bench.composer.bar()->key();
    field->setStore(std::make_unique<FakeKeyStore>(&inStore, u"No keyring runs"_s));
    // It is not asked before a key is to be typed: that may open a dialog of the desktop.
    QCoreApplication::processEvents();
    QCOMPARE(field->whereKept(), u"kept in the keyring"_s);
    field->sourceField()->setCurrentIndex(int(KeyField::Source::Typed));
    QTRY_COMPARE(field->whereKept(), u"until the program ends"_s);
    QVERIFY(field->typedKey().isEmpty());
    QTest::keyClicks(field->valueField(), u"typed"_s);
    QTest::keyClick(field->valueField(), Qt::Key_Return);
    QCOMPARE(bench.composer.compose().key, QByteArray("typed"));
    QCOMPARE(inStore, QByteArray("sk-of-another-time"));
}

void tst_Composer::everythingElseOfAScenarioHasAField()
{
    Scenario scenario = Scenario::example();
    scenario.method = "PUT";
    scenario.headers = {{"X-One", "1"}, {"X-Two", "a: b"}, {"X-One", "2"}};
    scenario.timeouts.connect = 1'500ms;
    scenario.timeouts.firstByte = 2s;
    scenario.timeouts.idleBytes = 3s;
    scenario.timeouts.idleEvents = 4s;
    scenario.timeouts.total = 0ms;
    scenario.proxy = ProxyChoice::fromText(u"socks5://localhost:1080"_s);
    scenario.proxy.noProxy = u"example.org"_s;
    scenario.caFile = u"authorities.pem"_s;
    scenario.useTap = false;
    scenario.allowHttp2 = false;
    scenario.insecure = true;
    scenario.policy.retryMaybeProcessed = false;
    scenario.policy.idempotencyKey = true;
    scenario.policy.retryOn = RetryPolicy::Kind::Dns | RetryPolicy::Kind::Io;
    Bench bench;
    bench.composer.setScenario(scenario);
    QCOMPARE(bench.named<QLineEdit>(u"Retry on"_s)->text(), u"dns,io"_s);
    QCOMPARE(bench.named<QSpinBox>(u"Connect limit"_s)->value(), 1'500);
    QCOMPARE(bench.named<QSpinBox>(u"Total limit"_s)->text(), u"none"_s);
    QVERIFY(bench.composer.compose().scenario == scenario);
    QVERIFY(bench.composer.compose().errors.isEmpty());
    // Field by field, from another scenario.
    bench.composer.setScenario(Scenario::example());
    bench.named<QComboBox>(u"Method"_s)->setEditText(u"PUT"_s);
    bench.named<QPlainTextEdit>(u"Request headers"_s)
        ->setPlainText(u"X-One: 1\n\n X-Two : a: b\nX-One:2"_s);
    bench.named<QSpinBox>(u"Connect limit"_s)->setValue(1'500);
    bench.named<QSpinBox>(u"First byte limit"_s)->setValue(2'000);
    bench.named<QSpinBox>(u"Silence limit"_s)->setValue(3'000);
    bench.named<QSpinBox>(u"No content limit"_s)->setValue(4'000);
    bench.named<QSpinBox>(u"Total limit"_s)->setValue(0);
    bench.named<QLineEdit>(u"Proxy"_s)->setText(u"socks5://localhost:1080"_s);
    bench.named<QLineEdit>(u"No proxy for"_s)->setText(u"example.org"_s);
    bench.named<QLineEdit>(u"Authorities"_s)->setText(u"authorities.pem"_s);
    bench.named<QLineEdit>(u"Retry on"_s)->setText(u"dns, io"_s);
    for (const QString &name :
         {u"Through the tap"_s, u"HTTP/2 allowed"_s, u"Accept any certificate"_s,
          u"Retry what may have been processed"_s, u"Send an Idempotency-Key"_s})
        bench.named<QCheckBox>(name)->toggle();
    QVERIFY(bench.composer.compose().scenario == scenario);
    // A restart keeps them.
    Bench next;
    next.composer.restore(bench.composer.state());
    QVERIFY(next.composer.compose().scenario == scenario);
}

void tst_Composer::headersOneALine()
{
    Bench bench;
    auto *lines = bench.named<QPlainTextEdit>(u"Request headers"_s);
    lines->setPlainText(u"X-Fine: yes\nno colon"_s);
    const Composition composition = bench.composer.compose();
    QCOMPARE(composition.errors.size(), 1);
    QVERIFY(composition.errors.first().message.startsWith(u"Line 2 is no header"_s));
    QVERIFY(bench.composer.showErrors(composition.errors).isEmpty());
    QVERIFY(lines->accessibleDescription().contains(u"Line 2"_s));
    // The text is not lost.
    Bench next;
    next.composer.restore(bench.composer.state());
    QCOMPARE(plainText(next.named<QPlainTextEdit>(u"Request headers"_s)),
             u"X-Fine: yes\nno colon"_s);
}

void tst_Composer::secretHeadersAreNotRemembered()
{
    Bench bench;
    auto *lines = bench.named<QPlainTextEdit>(u"Request headers"_s);
    lines->setPlainText(u"X-Fine: yes\nAuthorization: Bearer sk-canary-16180339\n"
                        "x-api-key: ${NAME}\nX-More: 1"_s);
    QCOMPARE(bench.composer.compose().scenario.headers.size(), 4);
    const QByteArray state = QJsonDocument(bench.composer.state()).toJson();
    QVERIFY(!state.contains("sk-canary"));
    Bench next;
    next.composer.restore(bench.composer.state());
    QCOMPARE(plainText(next.named<QPlainTextEdit>(u"Request headers"_s)),
             u"X-Fine: yes\nx-api-key: ${NAME}\nX-More: 1"_s);
}

void tst_Composer::mistakesInTheConnection_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("message");
    QTest::newRow("a kind that is none") << u"Retry on"_s << u"dns,luck"_s << u"luck"_s;
    QTest::newRow("a proxy of another kind") << u"Proxy"_s << u"ftp://localhost:1"_s << u"ftp"_s;
    QTest::newRow("no such file") << u"Authorities"_s << u"/nonexistent.pem"_s
                                  << u"/nonexistent.pem"_s;
}

void tst_Composer::mistakesInTheConnection()
{
    QFETCH(QString, field);
    QFETCH(QString, text);
    QFETCH(QString, message);
    Bench bench;
    bench.named<QLineEdit>(field)->setText(text);
    const Composition composition = bench.composer.compose();
    const QList<InputError> errors =
        composition.errors.isEmpty() ? composition.scenario.validate() : composition.errors;
    QCOMPARE(errors.size(), 1);
    QVERIFY2(bench.composer.showErrors(errors).isEmpty(), qPrintable(errors.first().field));
    QVERIFY(errors.first().message.contains(message));
    QCOMPARE(bench.composer.request()->currentTab(), 3);
    bench.named<QLineEdit>(field)->clear();
    if (field != "Retry on"_L1)
        QVERIFY(bench.composer.compose().scenario.validate().isEmpty());
}

void tst_Composer::keySources_data()
{
    QTest::addColumn<int>("source");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("mistake");
    QTest::newRow("a variable") << 1 << u"TST_COMPOSER_KEY"_s << QByteArray("from-env")
                                << QString();
    QTest::newRow("a variable that is not set")
        << 1 << u"TST_NO_SUCH"_s << QByteArray() << u"TST_NO_SUCH is not set"_s;
    QTest::newRow("a key where a variable belongs is not repeated")
        << 1 << u"sk-123"_s << QByteArray() << u"This is not the name"_s;
    QTest::newRow("a file") << 2 << u"FILE"_s << QByteArray("from-file") << QString();
    QTest::newRow("a file that is not there")
        << 2 << u"/nonexistent/key"_s << QByteArray() << u"cannot be read"_s;
    QTest::newRow("a folder") << 2 << u"/"_s << QByteArray() << u"no regular file"_s;
    QTest::newRow("a file that others can read")
        << 2 << u"OPEN FILE"_s << QByteArray() << u"can be read by others"_s;
    QTest::newRow("typed") << 3 << u"abc"_s << QByteArray("abc") << QString();
    QTest::newRow("typed, but nothing") << 3 << QString() << QByteArray() << u"Type the key"_s;
}

void tst_Composer::keySources()
{
    QFETCH(int, source);
    QFETCH(QString, text);
    QFETCH(QByteArray, key);
    QFETCH(QString, mistake);
    qputenv("TST_COMPOSER_KEY", "from-env");
    QTemporaryFile file;
    QVERIFY(file.open());
    file.write("from-file\nsecond line\n");
    file.close();
    if (text == "OPEN FILE"_L1)
        QVERIFY(file.setPermissions(QFile::ReadOwner | QFile::ReadOther));
    Bench bench;
    bench.named<QComboBox>(u"Key source"_s)->setCurrentIndex(source);
    auto *field = bench.named<QLineEdit>(u"API key"_s);
    field->clear();
    QTest::keyClicks(field, text.endsWith("FILE"_L1) ? file.fileName() : text);
    const auto result = bench.composer.bar()->key()->key();
    QCOMPARE(result.hasValue(), mistake.isEmpty());
    if (result)
        QCOMPARE(*result, key);
    else
        QVERIFY2(result.error().message.contains(mistake), qPrintable(result.error().message));
    QCOMPARE(field->echoMode(), source == 3 ? QLineEdit::Password : QLineEdit::Normal);
}

void tst_Composer::errorsGoNextToTheirFields_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("widget");
    QTest::newRow("endpoint") << u"endpoint"_s << u"Endpoint"_s;
    QTest::newRow("key") << u"key_env"_s << u"API key"_s;
    QTest::newRow("faults") << u"faults[1]"_s << u"Fault plan"_s;
    QTest::newRow("model") << u"chat.model"_s << u"Model"_s;
    QTest::newRow("message") << u"chat.messages"_s << u"Message"_s;
}

void tst_Composer::errorsGoNextToTheirFields()
{
    QFETCH(QString, field);
    QFETCH(QString, widget);
    Bench bench;
    const QString sentence = u"This is wrong in a way of its own."_s;
    QVERIFY(bench.composer.showErrors({{field, sentence, {}}}).isEmpty());
    QVERIFY(bench.shownNotes().contains(sentence));
    QCOMPARE(bench.named<QWidget>(widget)->accessibleDescription(), sentence);
    bench.composer.showErrors({});
    QVERIFY(!bench.shownNotes().contains(sentence));
    QVERIFY(bench.named<QWidget>(widget)->accessibleDescription() != sentence);
    QCOMPARE(bench.composer.showErrors({{u"elsewhere"_s, sentence, {}}}).size(), 1);
}

void tst_Composer::curlHasNoKey()
{
    Scenario scenario = Scenario::example();
    scenario.endpoint = u"https://example.org/v1"_s;
    scenario.keyVariable = u"MY_KEY"_s;
    scenario.chat.messages.last().content = u"it's"_s;
    const QString command = curlCommand(scenario);
    QVERIFY2(command.contains(u"$MY_KEY"_s), qPrintable(command));
    QVERIFY(command.contains(u"https://example.org/v1/chat/completions"_s));
    QVERIFY(command.contains(u"it'\\''s"_s));
}

// The shell puts the values in: they stand in double quotes, and everything else does not.
void tst_Composer::curlNamesVariables()
{
    Scenario scenario = Scenario::example();
    scenario.endpoint = u"https://${RETRYSCOPE_HOST}/v1?key=${RETRYSCOPE_KEY}"_s;
    scenario.headers = {{"X-A", "it's ${RETRYSCOPE_KEY}"}};
    scenario.chat.messages.last().content = u"$${HOME} ${RETRYSCOPE_HOST}"_s;
    const QString command = curlCommand(scenario);
    QVERIFY2(
        command.contains(
            u"'https://'\"${RETRYSCOPE_HOST}\"'/v1/chat/completions?key='\"${RETRYSCOPE_KEY}\""_s),
        qPrintable(command));
    QVERIFY2(command.contains(u"'X-A: it'\\''s '\"${RETRYSCOPE_KEY}\""_s), qPrintable(command));
    QVERIFY2(command.contains(u"'{\"messages\""_s), qPrintable(command));
    QVERIFY2(command.contains(u"${HOME} '\"${RETRYSCOPE_HOST}\""_s), qPrintable(command));
}

void tst_Composer::curlOfARawRequest()
{
    Scenario scenario;
    scenario.dialect = u"raw"_s;
    scenario.endpoint = u"https://example.org/a?b=c"_s;
    scenario.method = "GET";
    QCOMPARE(curlCommand(scenario), u"curl -N -X GET \\\n  'https://example.org/a?b=c'"_s);
    scenario.method = "PUT";
    scenario.rawBody = "it's text";
    const QString command = curlCommand(scenario);
    QVERIFY2(command.contains(u"-H 'Content-Type: text/plain; charset=utf-8'"_s),
             qPrintable(command));
    QVERIFY2(command.endsWith(u"--data-raw 'it'\\''s text'"_s), qPrintable(command));
}

// A name is no secret, and must be there the next time.
void tst_Composer::variablesAreKept()
{
    const QString typed = u"${RETRYSCOPE_KEY}"_s;
    Bench first;
    first.named<QComboBox>(u"Key source"_s)->setCurrentIndex(int(KeyField::Source::Typed));
    QTest::keyClicks(first.named<QLineEdit>(u"API key"_s), typed);
    first.named<QPlainTextEdit>(u"Message"_s)->setPlainText(typed);
    const QJsonObject state = first.composer.state();
    Bench second;
    second.composer.restore(state);
    QCOMPARE(second.composer.compose().key, typed.toUtf8());
    QCOMPARE(second.composer.compose().scenario.chat.messages.last().content, typed);
}

void tst_Composer::endpointOfAVariable()
{
    qputenv("RETRYSCOPE_TEST_HOST", "canary.example.org");
    qputenv("RETRYSCOPE_TEST_ODD", "sk-canary ://");
    Bench bench;
    const auto notes = [&bench] {
        return bench.shownNotes().join(u'\n');
    };
    const auto type = [&bench](const QString &text) {
        bench.named<QLineEdit>(u"Endpoint"_s)->clear();
        QTest::keyClicks(bench.named<QLineEdit>(u"Endpoint"_s), text);
    };
    type(u"https://${RETRYSCOPE_TEST_HOST}/v1"_s);
    QVERIFY(!notes().contains("variable"_L1));
    QVERIFY(bench.composer.compose().errors.isEmpty());
    type(u"https://${RETRYSCOPE_TEST_NOT_SET}/v1"_s);
    QVERIFY2(notes().contains("RETRYSCOPE_TEST_NOT_SET"_L1), qPrintable(notes()));
    type(u"https://${RETRYSCOPE_TEST_ODD}/v1"_s);
    QVERIFY2(!notes().contains("canary"_L1), qPrintable(notes()));
    QVERIFY2(notes().contains("variables"_L1), qPrintable(notes()));
    qunsetenv("RETRYSCOPE_TEST_HOST");
    qunsetenv("RETRYSCOPE_TEST_ODD");
}

QTEST_MAIN(tst_Composer)
#include "tst_composer.moc"
