// SPDX-License-Identifier: MIT
#include "core/run/responsereader_p.h"

#include "core/llm/dialect.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;
using namespace Qt::StringLiterals;

class tst_ResponseReader : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void formFollowsTheContentType_data();
    void formFollowsTheContentType();
    void statusComesBeforeTheContentType();
};

namespace {

const QByteArray whole = R"({"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},)"
                         R"("finish_reason":"stop"}]})";
const QByteArray stream =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n";

} // namespace

void tst_ResponseReader::formFollowsTheContentType_data()
{
    QTest::addColumn<QByteArray>("contentType");
    QTest::addColumn<bool>("streamAsked");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *name, const char *type, bool asked, const QByteArray &body) {
        QTest::newRow(name) << QByteArray(type) << asked << body;
    };
    row("JSON where a stream was asked for", "application/json", true, whole);
    row("JSON with a parameter where a stream was asked for", "Application/JSON ; charset=utf-8",
        true, whole);
    row("a stream where none was asked for", "text/event-stream", false, stream);
    row("a stream with a parameter where none was asked for", "text/event-stream; charset=utf-8",
        false, stream);
    row("a stream under no type where one was asked for", "", true, stream);
    row("JSON under no type where no stream was asked for", "", false, whole);
}

void tst_ResponseReader::formFollowsTheContentType()
{
    QFETCH(QByteArray, contentType);
    QFETCH(bool, streamAsked);
    QFETCH(QByteArray, body);
    ResponseReader reader(Dialect::find(u"openai-chat"_s), nullptr, {}, {});
    reader.begin(200, contentType, streamAsked);
    reader.feed(body);
    const StreamJudgement judgement = reader.finish(true);
    QVERIFY2(judgement.verdict == StreamJudgement::Verdict::Complete, qPrintable(judgement.reason));
    QCOMPARE(reader.answer().text, u"hi"_s);
}

void tst_ResponseReader::statusComesBeforeTheContentType()
{
    ResponseReader reader(Dialect::find(u"openai-chat"_s), nullptr, {}, {});
    reader.begin(429, "text/event-stream", true);
    reader.feed(R"({"error":{"message":"Slow down."}})");
    reader.finish(true);
    QCOMPARE(reader.httpError().message, u"Slow down."_s);
    QCOMPARE(reader.events(), 0);
}

QTEST_GUILESS_MAIN(tst_ResponseReader)
#include "tst_responsereader.moc"
