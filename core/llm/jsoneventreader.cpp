// SPDX-License-Identifier: MIT
#include "core/llm/jsoneventreader_p.h"

#include "core/llm/errorbody_p.h"
#include "core/llm/stopreason.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

// What is remembered of parts that nobody knows, to see that they are repeated.
constexpr qsizetype MostRemembered = 64;
constexpr qsizetype LargestRemembered = 64 * 1024;

bool hasError(const DeltaList &deltas)
{
    return std::any_of(deltas.begin(), deltas.end(),
                       [](const Delta &delta) { return delta.kind == DeltaKind::Error; });
}

} // namespace

void JsonEventReader::read(QByteArrayView type, QByteArrayView data, EventReading &reading)
{
    reading.clear();
    m_joined = 0;
    m_joiner.copyTo(m_joinerBefore);
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
    if (!reading.damage.isEmpty())
        undo(); // what it would have joined is gone
    reading.halves = m_joiner.replaced();
    reading.damageOffset += text.data() - data.data();
}

//! What waited for its other half waits again; nothing else of an event that may be undone lasts.
void JsonEventReader::undo()
{
    m_joinerBefore.copyTo(m_joiner);
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

bool JsonEventReader::readAnswer(const JsonSlice &, EventReading &)
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
    m_walker.expectHalves();
    const JsonSlice whole(text);
    const std::vector<JsonSlice> parts =
        whole.isArray() ? whole.elements() : std::vector<JsonSlice>{whole};
    bool answered = false;
    for (const JsonSlice &part : parts) {
        answered = readAnswer(part, reading) || answered;
        if (!hasError(reading.deltas))
            addError(part["error"_L1], reading.deltas);
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
    m_failed = true;
    Delta &delta = deltas.add(DeltaKind::Error);
    delta.text = message;
    delta.errorType = type;
}

void JsonEventReader::addUnknown(std::string_view name, Value value, bool repeats,
                                 DeltaList &deltas)
{
    const JsonSlice part = m_walker.slice(value);
    const QByteArray key(name.data(), qsizetype(name.size()));
    if (part.saysSomething() && !(repeats && isRepeated(key, part.bytes())))
        addOther(QString::fromUtf8(key), part.raw(), deltas);
}

//! Whether the last one of that name was the same; the next one is compared with \a part.
bool JsonEventReader::isRepeated(const QByteArray &name, QByteArrayView part)
{
    const auto known = m_unknown.find(name);
    if (known != m_unknown.end() && *known == part)
        return true;
    const bool small = part.size() <= LargestRemembered;
    if (known != m_unknown.end())
        *known = small ? part.toByteArray() : QByteArray();
    else if (small && m_unknown.size() < MostRemembered)
        m_unknown.insert(name, part.toByteArray());
    return false;
}

void JsonEventReader::addError(const JsonSlice &error, DeltaList &deltas)
{
    if (!error.saysSomething())
        return;
    QString type = error["type"_L1].scalar();
    if (type.isEmpty())
        type = error["status"_L1].text(); // Google's; elsewhere it is the HTTP status
    if (type.isEmpty())
        type = error["code"_L1].scalar();
    addError(messageOfError(error), type, deltas);
}

void JsonEventReader::addUsage(const Usage &usage, DeltaList &deltas)
{
    if (!usage.isEmpty())
        deltas.add(DeltaKind::Usage).usage = usage;
}

std::optional<qint64> JsonEventReader::count(QLatin1StringView name, const JsonSlice &value,
                                             DeltaList &deltas)
{
    const std::optional<qint64> number = value.integer();
    if (!number && value.saysSomething())
        addOther(name, value.raw(), deltas);
    return number;
}

//! It may come in every event: a sound one makes no detour.
std::optional<qint64> JsonEventReader::count(std::string_view name, Value value, DeltaList &deltas)
{
    std::optional<qint64> number;
    if (JsonWalker::kind(value) == JsonWalker::Kind::Other)
        number = m_walker.integer(value);
    if (!number)
        addUnknown(name, value, true, deltas);
    return number;
}

void JsonEventReader::addStop(const QString &reason, DeltaList &deltas, int choice)
{
    if (reason.isEmpty())
        return;
    join(deltas);
    m_joiner.flush(choice, deltas);
    forgetTemplate(); // what resembles what came before means something else now
    if (StopReason::kindOf(reason) == StopKind::Failure && !m_failed)
        addError(u"the answer ended with the reason \"%1\""_s.arg(reason), reason, deltas);
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

void JsonEventReader::endPart(int toolIndex, DeltaList &deltas)
{
    join(deltas);
    m_joiner.flushPart(toolIndex, deltas);
    m_joined = deltas.size();
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
    return m_walker.slice(value).scalar();
}

int JsonEventReader::saneIndex(std::optional<qint64> value, int otherwise)
{
    const bool sane = value && *value >= 0 && *value <= std::numeric_limits<int>::max();
    return sane ? int(*value) : otherwise;
}

} // namespace Retryscope
