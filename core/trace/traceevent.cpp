// SPDX-License-Identifier: MIT
#include "core/trace/traceevent.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonParseError>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

// In the order of TraceEvent::Name.
constexpr std::array names{
    "run.started"_L1,      "attempt.started"_L1,   "dns.started"_L1,    "dns.finished"_L1,
    "connect.started"_L1,  "connect.finished"_L1,  "tls.started"_L1,    "tls.answered"_L1,
    "tls.finished"_L1,     "tls.certificates"_L1,  "tls.terminated"_L1, "request.sent"_L1,
    "response.started"_L1, "response.head"_L1,     "body.data"_L1,      "stream.event"_L1,
    "stream.delta"_L1,     "connection.closed"_L1, "fault.injected"_L1, "attempt.finished"_L1,
    "policy.decided"_L1,   "wait.started"_L1,      "wait.finished"_L1,  "run.finished"_L1,
};
static_assert(names.size() == static_cast<std::size_t>(TraceEvent::Name::RunFinished) + 1);

// In the order of TraceEvent::Source.
constexpr std::array sources{"client"_L1, "wire"_L1, "policy"_L1, "stream"_L1};
static_assert(sources.size() == static_cast<std::size_t>(TraceEvent::Source::Stream) + 1);

constexpr auto stampMember = "t"_L1;
constexpr auto attemptMember = "attempt"_L1;
constexpr auto sourceMember = "source"_L1;
constexpr auto eventMember = "event"_L1;
constexpr std::array headMembers{stampMember, attemptMember, sourceMember, eventMember};

// Far more than any run lasts, and little enough that differences cannot overflow.
constexpr double longestStamp = 9e15;
constexpr double largestAttempt = 1e9;

template <typename Enum, std::size_t N, typename Text>
std::optional<Enum> valueOf(const std::array<QLatin1StringView, N> &texts, const Text &text)
{
    const auto found = std::ranges::find(texts, text);
    if (found == texts.end())
        return std::nullopt;
    return static_cast<Enum>(found - texts.begin());
}

InputError memberError(QLatin1StringView member, const QString &message)
{
    return {QString(member), message, std::nullopt};
}

std::optional<qint64> wholeNumber(const QJsonValue &value, double minimum, double maximum)
{
    const double number = value.toDouble(std::nan(""));
    if (!(number >= minimum && number <= maximum) || number != std::floor(number))
        return std::nullopt;
    return value.toInteger(static_cast<qint64>(number));
}

Result<QJsonObject> parseObject(const QByteArray &line)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(line, &error);
    if (error.error != QJsonParseError::NoError) {
        return InputError{QString(), u"is not JSON: "_s + error.errorString() + u"."_s,
                          qsizetype(error.offset)};
    }
    if (!document.isObject())
        return InputError{QString(), u"is not a JSON object."_s, std::nullopt};
    return document.object();
}

//! Goes over the beginning of a line that toJsonLine() wrote; not isGood() where another did.
class HeadScanner
{
public:
    explicit HeadScanner(QByteArrayView line) : m_rest(line) {}

    bool isGood() const { return m_isGood; }

    void pass(QByteArrayView text)
    {
        m_isGood = m_isGood && m_rest.startsWith(text);
        if (m_isGood)
            m_rest = m_rest.sliced(text.size());
    }

    qint64 number()
    {
        qint64 value = 0;
        const auto [end, error] = std::from_chars(m_rest.begin(), m_rest.end(), value);
        m_isGood = m_isGood && error == std::errc();
        m_rest = m_rest.sliced(end - m_rest.begin());
        return value;
    }

    QLatin1StringView untilQuote()
    {
        const qsizetype end = m_rest.indexOf('"');
        m_isGood = m_isGood && end >= 0;
        const QByteArrayView word = m_rest.first(std::max<qsizetype>(end, 0));
        m_rest = m_rest.sliced(word.size());
        return QLatin1StringView(word);
    }

private:
    QByteArrayView m_rest;
    bool m_isGood = true;
};

} // namespace

QByteArray TraceEvent::toJsonLine() const
{
    // By hand: QJsonObject sorts its members, and a person reads the stamp and the name first.
    QByteArray line = "{\"t\":" + QByteArray::number(qint64(t.count())) + ",\"attempt\":"
                      + QByteArray::number(attempt) + ",\"source\":\"" + toString(source).toLatin1()
                      + "\",\"event\":\"" + toString(name).toLatin1() + '"';
    QJsonObject rest = fields;
    for (const QLatin1StringView member : headMembers)
        rest.remove(member);
    if (rest.isEmpty())
        return line + '}';
    line += ',';
    line += QByteArrayView(QJsonDocument(rest).toJson(QJsonDocument::Compact)).sliced(1);
    return line;
}

Result<std::optional<TraceEvent>> TraceEvent::fromJsonLine(const QByteArray &line)
{
    Result<QJsonObject> parsed = parseObject(line);
    if (!parsed)
        return parsed.error();
    TraceEvent event;
    event.fields = std::move(parsed).value();

    const auto stamp = wholeNumber(event.fields.take(stampMember), -longestStamp, longestStamp);
    if (!stamp)
        return memberError(stampMember, u"has no \"t\" in whole microseconds."_s);
    const auto attempt = wholeNumber(event.fields.take(attemptMember), 0, largestAttempt);
    if (!attempt)
        return memberError(attemptMember, u"has no \"attempt\" that is 0 or more."_s);
    const QJsonValue sourceText = event.fields.take(sourceMember);
    if (!sourceText.isString())
        return memberError(sourceMember, u"has no \"source\"."_s);
    const QJsonValue nameText = event.fields.take(eventMember);
    if (!nameText.isString())
        return memberError(eventMember, u"has no \"event\"."_s);

    const auto source = valueOf<TraceSource>(sources, sourceText.toString());
    const auto name = valueOf<TraceEventName>(names, nameText.toString());
    if (!source || !name)
        return std::optional<TraceEvent>();
    event.t = std::chrono::microseconds(*stamp);
    event.attempt = static_cast<int>(*attempt);
    event.source = *source;
    event.name = *name;
    return std::optional<TraceEvent>(std::move(event));
}

std::optional<TraceEvent> TraceEvent::headFromJsonLine(const QByteArray &line)
{
    HeadScanner scanner(line);
    TraceEvent head;
    scanner.pass("{\"t\":");
    head.t = std::chrono::microseconds(scanner.number());
    scanner.pass(",\"attempt\":");
    head.attempt = static_cast<int>(scanner.number());
    scanner.pass(",\"source\":\"");
    const auto source = valueOf<TraceSource>(sources, scanner.untilQuote());
    scanner.pass("\",\"event\":\"");
    const auto name = valueOf<TraceEventName>(names, scanner.untilQuote());
    if (scanner.isGood() && source && name) {
        head.source = *source;
        head.name = *name;
        return head;
    }
    const auto event = fromJsonLine(line);
    if (!event || !*event)
        return std::nullopt;
    head = **event;
    head.fields = {};
    return head;
}

QString toString(TraceEventName name)
{
    return names.at(static_cast<std::size_t>(name));
}

QString toString(TraceSource source)
{
    return sources.at(static_cast<std::size_t>(source));
}

} // namespace Retryscope
