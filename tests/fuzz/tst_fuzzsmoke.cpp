// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzztargets.h"
#include "tests/support/corpus.h"

#include <QtCore/QDir>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRandomGenerator>
#include <QtTest/QTest>

using namespace Qt::StringLiterals;
using namespace Retryscope::TestSupport;

namespace {

//! The files of the dialect; for a decoder, those of a dialect that it decodes.
QList<QByteArray> seeds(const QString &target)
{
    static const QHash<QString, QString> folders{{u"sse"_s, u"anthropic"_s},
                                                 {u"ndjson"_s, u"ollama"_s},
                                                 {u"json-array"_s, u"gemini"_s},
                                                 {u"aws-event-stream"_s, u"bedrock-converse"_s},
                                                 {u"sandbox-request"_s, u"http-request"_s}};
    const QDir folder(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/")
                      + folders.value(target, target));
    QList<QByteArray> bodies;
    for (const QString &name : folder.entryList(QDir::Files, QDir::Name))
        bodies.append(readFile(folder.filePath(name)));
    return bodies;
}

QByteArray mutated(const QList<QByteArray> &seeds, QRandomGenerator &random)
{
    const QByteArray &seed = seeds.at(random.bounded(int(seeds.size())));
    QByteArray body = seed.mid(random.bounded(3) == 0 ? random.bounded(int(seed.size())) : 0,
                               random.bounded(1, int(seed.size()) + 1));
    const int changes = random.bounded(6);
    for (int i = 0; i < changes; ++i) {
        const int at = random.bounded(int(body.size()));
        switch (random.bounded(3)) {
        case 0:
            body[at] = char(random.bounded(256));
            break;
        case 1:
            body.remove(at, random.bounded(1, 20));
            break;
        default:
            body.insert(at, seed.mid(random.bounded(int(seed.size())), random.bounded(1, 40)));
            break;
        }
        if (body.isEmpty())
            body = "x";
    }
    return char(random.bounded(256)) + body;
}

//! The value with one of those inside it replaced or left out, in every way; the odd ones
//! themselves are first.
QList<QJsonValue> variantsOf(const QJsonValue &value)
{
    QList<QJsonValue> variants{QJsonValue::Null,
                               true,
                               -1,
                               0.5,
                               1e300,
                               u""_s,
                               u"weather"_s,
                               QJsonObject(),
                               QJsonArray(),
                               QJsonArray{QJsonValue::Null, 7, u"text"_s}};
    const QJsonObject object = value.toObject();
    for (auto it = object.begin(); it != object.end(); ++it) {
        QJsonObject changed = object;
        changed.remove(it.key());
        variants += changed;
        for (const QJsonValue &inner : variantsOf(it.value())) {
            changed.insert(it.key(), inner);
            variants += changed;
        }
    }
    const QJsonArray array = value.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
        QJsonArray changed = array;
        for (const QJsonValue &inner : variantsOf(array[i])) {
            changed[i] = inner;
            variants += changed;
        }
    }
    return variants;
}

} // namespace

//! \brief A short run of the fuzzers: the same every time, with any compiler.
class tst_FuzzSmoke : public QObject
{
    Q_OBJECT

private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void target_data();
    void target();
    void oddValues_data();
    void oddValues();
};

void tst_FuzzSmoke::target_data()
{
    QTest::addColumn<QString>("name");
    for (const QString &name : fuzzTargets())
        QTest::newRow(name.toUtf8().constData()) << name;
}

void tst_FuzzSmoke::target()
{
    QFETCH(QString, name);
    const QList<QByteArray> bodies = seeds(name);
    QVERIFY(bodies.size() >= 2);
    for (const QByteArray &body : bodies)
        QCOMPARE(fuzz(name, QByteArray(char(6) + body)), QString());
    QRandomGenerator random(2026);
    for (int round = 0; round < 150; ++round) {
        const QByteArray input = mutated(bodies, random);
        const QString complaint = fuzz(name, input);
        const QByteArray what = complaint.toUtf8() + ": " + input.toBase64();
        QVERIFY2(complaint.isEmpty(), what.constData());
    }
}

void tst_FuzzSmoke::oddValues_data()
{
    QTest::addColumn<QByteArray>("request");
    const QDir folder(QStringLiteral(RETRYSCOPE_SOURCE_DIR "/tests/data/http-request"));
    for (const QString &name : folder.entryList(QDir::Files, QDir::Name)) {
        const QByteArray request = readFile(folder.filePath(name));
        if (request.startsWith("POST") && !request.contains("chunked"))
            QTest::newRow(name.toUtf8().constData()) << request;
    }
}

// A request to the sandbox with each of its values replaced by something that has no business
// there.
void tst_FuzzSmoke::oddValues()
{
    QFETCH(QByteArray, request);
    const qsizetype end = request.indexOf("\r\n\r\n") + 4;
    // Up to its last brace: one of the files has another request behind it.
    const QByteArray text = request.sliced(end, request.lastIndexOf('}') + 1 - end);
    const QJsonDocument json = QJsonDocument::fromJson(text);
    QVERIFY(json.isObject());
    const QList<QJsonValue> variants = variantsOf(json.object());
    QVERIFY(variants.size() > 50);
    int faults = 0;
    for (const QJsonValue &variant : variants) {
        const QByteArray body = QJsonDocument(variant.toObject()).toJson(QJsonDocument::Compact);
        const QByteArray input = char(++faults) + request.first(end) + body;
        const QString complaint = fuzz(u"sandbox-request"_s, input);
        const QByteArray what = complaint.toUtf8() + ": " + body;
        QVERIFY2(complaint.isEmpty(), what.constData());
    }
}

QTEST_GUILESS_MAIN(tst_FuzzSmoke)
#include "tst_fuzzsmoke.moc"
