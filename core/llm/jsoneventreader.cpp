// SPDX-License-Identifier: MIT
#include "core/llm/jsoneventreader_p.h"

#include "core/llm/errorbody_p.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

QString textOrNumber(const QJsonValue &value)
{
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

} // namespace

void JsonEventReader::read(QByteArrayView type, QByteArrayView data, EventReading &reading)
{
    reading.clear();
    m_joined = 0;
    if (m_joiner.isIdle() && m_template.apply(type, data, reading.deltas))
        return;
    const QByteArrayView text = data.trimmed();
    if (text.isEmpty())
        return;
    if (text.front() == '{') {
        m_templateAllowed = false;
        readObject(type, text, reading);
        join(reading.deltas);
        const bool same = m_templateAllowed && text.size() == data.size() && m_joiner.isIdle()
                          && reading.damage.isEmpty() && !m_walker.sawHalves();
        if (same)
            m_template.learn(type, text, m_walker.holes(), reading.deltas);
    } else if (!readOther(type, text, reading)) {
        reading.damage = u"the data is no JSON object"_s;
    }
    reading.halves = m_joiner.replaced();
    reading.damageOffset += text.data() - data.data();
}

void JsonEventReader::finish(EventReading &reading)
{
    reading.clear();
    m_joiner.flush(-1, reading.deltas);
    reading.halves = m_joiner.replaced();
}

bool JsonEventReader::readOther(QByteArrayView, QByteArrayView, EventReading &)
{
    return false;
}

bool JsonEventReader::readAnswer(const QJsonObject &, EventReading &)
{
    return false;
}

void JsonEventReader::readWhole(QByteArrayView body, EventReading &reading)
{
    reading.clear();
    m_joined = 0;
    const QByteArrayView text = body.trimmed();
    if (text.isEmpty()) {
        reading.damage = u"the body is empty"_s;
        return;
    }
    if (text.front() == '{' || text.front() == '[')
        readBody(text, reading);
    else
        reading.damage = u"the body is no JSON object"_s;
    join(reading.deltas);
    m_joiner.flush(-1, reading.deltas);
    reading.terminal = reading.damage.isEmpty();
    reading.damageOffset += text.data() - body.data();
}

//! An object; or an array of them, as Gemini answers without "alt=sse".
void JsonEventReader::readBody(QByteArrayView text, EventReading &reading)
{
    if (const std::optional<JsonFault> fault = findJsonFault(text))
        return setDamage(*fault, reading);
    // It drops a U+FEFF at the start of a text, unless it is escaped.
    const QByteArray json = text.toByteArray().replace("\xEF\xBB\xBF", "\\ufeff");
    m_walker.expectHalves();
    const QJsonDocument document = QJsonDocument::fromJson(json);
    const QJsonArray parts = document.isArray() ? document.array() : QJsonArray{document.object()};
    bool answered = false;
    for (const QJsonValue &part : parts) {
        const QJsonObject answer = part.toObject();
        answered = readAnswer(answer, reading) || answered;
        const auto isError = [](const Delta &delta) {
            return delta.kind == DeltaKind::Error;
        };
        if (std::none_of(reading.deltas.begin(), reading.deltas.end(), isError))
            addError(answer.value("error"_L1), reading.deltas);
    }
    if (!answered && reading.deltas.empty())
        reading.damage = u"the body has neither %1 nor an error"_s.arg(answerMember());
}

void JsonEventReader::setDamage(const JsonFault &fault, EventReading &reading)
{
    reading.deltas.clear();
    reading.damage = fault.reason;
    reading.damageOffset = fault.offset;
}

void JsonEventReader::addText(DeltaKind kind, Value value, DeltaList &deltas)
{
    m_walker.deltaText(value, deltas.add(kind).text);
    if (deltas.back().text.isEmpty())
        deltas.dropLast();
}

void JsonEventReader::addText(DeltaKind kind, const QString &text, DeltaList &deltas, int choice)
{
    if (text.isEmpty())
        return;
    Delta &delta = deltas.add(kind);
    delta.text = text;
    delta.choice = choice;
}

void JsonEventReader::addOther(const QString &part, const QString &json, DeltaList &deltas)
{
    Delta &delta = deltas.add(DeltaKind::Other);
    delta.part = part;
    delta.text = json;
}

void JsonEventReader::addError(const QString &message, const QString &type, DeltaList &deltas)
{
    Delta &delta = deltas.add(DeltaKind::Error);
    delta.text = message;
    delta.errorType = type;
}

void JsonEventReader::addError(const QJsonValue &error, DeltaList &deltas)
{
    if (error.isNull() || error.isUndefined())
        return;
    QString type = textOrNumber(error["type"_L1]);
    if (type.isEmpty())
        type = error["status"_L1].toString(); // Google's; elsewhere it is the HTTP status
    if (type.isEmpty())
        type = textOrNumber(error["code"_L1]);
    addError(messageOfError(error), type, deltas);
}

void JsonEventReader::addUsage(const Usage &usage, DeltaList &deltas)
{
    if (!usage.isEmpty())
        deltas.add(DeltaKind::Usage).usage = usage;
}

void JsonEventReader::addStop(const QString &reason, DeltaList &deltas, int choice)
{
    if (reason.isEmpty())
        return;
    join(deltas);
    m_joiner.flush(choice, deltas);
    Delta &stop = deltas.add(DeltaKind::Stop);
    stop.text = reason;
    stop.choice = choice;
    m_joined = deltas.size();
}

void JsonEventReader::end(EventReading &reading)
{
    join(reading.deltas);
    m_joiner.flush(-1, reading.deltas);
    m_joined = reading.deltas.size();
    reading.terminal = true;
}

void JsonEventReader::join(DeltaList &deltas)
{
    m_joiner.join(deltas, std::min(m_joined, deltas.size()), m_walker.sawHalves());
    m_joined = deltas.size();
}

QString JsonEventReader::scalar(Value value)
{
    if (JsonWalker::kind(value) == Kind::String)
        return m_walker.text(value);
    const std::optional<qint64> number = m_walker.integer(value);
    return number ? QString::number(*number) : QString();
}

QString JsonEventReader::compactJson(const QJsonValue &value)
{
    const QJsonDocument document =
        value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return QString::fromUtf8(document.toJson(QJsonDocument::Compact));
}

std::optional<qint64> JsonEventReader::count(const QJsonValue &value)
{
    return value.isDouble() ? std::optional(value.toInteger()) : std::nullopt;
}

int JsonEventReader::saneIndex(std::optional<qint64> value, int otherwise)
{
    const bool sane = value && *value >= 0 && *value <= std::numeric_limits<int>::max();
    return sane ? int(*value) : otherwise;
}

} // namespace Retryscope
