// SPDX-License-Identifier: MIT
#include "core/run/responsereader_p.h"

#include "core/llm/dialect.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

ResponseReader::ResponseReader(const Dialect *dialect, const DialectFlavour *flavour,
                               StreamReader::EventHandler onEvent,
                               StreamReader::DeltaHandler onDelta)
    : m_dialect(dialect)
    , m_stream(dialect, flavour)
    , m_onDelta(onDelta)
{
    m_stream.setTextLimit(TextLimit);
    m_stream.setHandlers(std::move(onEvent), std::move(onDelta));
}

ResponseReader::~ResponseReader() = default;

void ResponseReader::begin(int status, const QByteArray &contentType, bool streamAsked,
                           const QByteArray &contentEncoding)
{
    const QByteArray coding = contentEncoding.trimmed().toLower();
    m_coding = coding == "identity" ? QByteArray() : coding;
    // Not left(indexOf()): unlike QString's, QByteArray's left(-1) is empty.
    const QByteArray mediaType = contentType.split(';').constFirst().trimmed().toLower();
    m_streamAsked = streamAsked;
    // The status first: providers send error objects under the type text/event-stream.
    if (status < 200 || status > 299)
        m_form = Form::HttpError;
    else if (mediaType == "text/event-stream")
        m_form = Form::Stream;
    else if (mediaType == "application/json" || !streamAsked)
        m_form = Form::Whole;
    else
        m_form = Form::Stream;
    if (m_form == Form::Stream)
        m_stream.setContentType(contentType);
}

void ResponseReader::feed(const QByteArray &bytes, std::optional<std::chrono::nanoseconds> arrived)
{
    // Gemini's other stream is one JSON array that grows, under the type of a whole answer.
    const bool first = m_bytes == 0 && !bytes.isEmpty();
    if (first && m_form == Form::Whole && m_streamAsked
        && m_dialect->framingOf(bytes.front()) == StreamFraming::JsonArray)
        m_form = Form::Stream;
    m_bytes += bytes.size();
    if (m_form == Form::Stream) {
        m_stream.feed(bytes, arrived);
    } else if (m_body.size() + bytes.size() <= WholeBodyLimit) {
        m_body += bytes;
    } else {
        m_overflow = true;
    }
}

StreamJudgement ResponseReader::finish(bool clean)
{
    // A raw request's headers may ask for any coding; the bytes are shown as they came.
    const bool isCoded =
        !m_dialect->facts().isRaw && (m_form == Form::Stream || m_form == Form::Whole);
    if (isCoded && !m_coding.isEmpty())
        return {
            StreamJudgement::Verdict::Damaged,
            u"The body came encoded as %1, although it was asked for as it is, and was not decoded."_s
                .arg(QString::fromLatin1(m_coding)),
            0,
            {}};
    switch (m_form) {
    case Form::Stream:
        return m_stream.finish(clean);
    case Form::Whole:
        return finishWhole(clean);
    case Form::None:
    case Form::HttpError:
        break;
    }
    return {};
}

StreamJudgement ResponseReader::finishWhole(bool clean)
{
    using Verdict = StreamJudgement::Verdict;
    const bool isRaw = m_dialect->facts().isRaw;
    if (m_overflow && !isRaw)
        return {Verdict::Unknown,
                u"The answer is larger than %1 MiB and was not read to its end."_s.arg(
                    WholeBodyLimit / (1024 * 1024)),
                m_bytes,
                {}};
    if (!clean)
        return {Verdict::Truncated,
                u"The connection was lost after %1 bytes of the answer."_s.arg(m_bytes),
                m_bytes,
                {}};
    if (m_body.isEmpty() && !isRaw)
        return {Verdict::Truncated, u"The answer is empty."_s, 0, {}};

    // Of a body that is not all there no part is shown as its text.
    const EventReading reading = m_dialect->readWhole(m_overflow ? QByteArray() : m_body);
    for (const Delta &delta : reading.deltas) {
        m_whole.add(delta);
        if (m_onDelta)
            m_onDelta(delta);
    }
    const QString error = m_whole.answer().error;
    if (!reading.damage.isEmpty())
        return {Verdict::Damaged,
                u"The answer is not what %1 sends: %2 at byte %3."_s
                    .arg(m_dialect->name(), reading.damage)
                    .arg(reading.damageOffset),
                reading.damageOffset,
                {}};
    if (!error.isEmpty())
        return {
            Verdict::Failed, u"The endpoint answered with an error: %1"_s.arg(error), m_bytes, {}};
    return {Verdict::Complete,
            u"The answer came whole, not as a stream, in %1 bytes."_s.arg(m_bytes),
            m_bytes,
            {}};
}

const Answer &ResponseReader::answer() const
{
    return m_form == Form::Whole ? m_whole.answer() : m_stream.answer();
}

QList<ChoiceAnswer> ResponseReader::severalAnswers() const
{
    return m_form == Form::Whole ? m_whole.several() : m_stream.severalAnswers();
}

QList<Finding> ResponseReader::findings() const
{
    return m_form == Form::Stream ? m_stream.findings() : QList<Finding>();
}

StreamTiming ResponseReader::timing() const
{
    return m_stream.timing();
}

qint64 ResponseReader::events() const
{
    return m_stream.events();
}

EndpointError ResponseReader::httpError() const
{
    return m_form == Form::HttpError ? m_dialect->readError(m_body) : EndpointError();
}

bool ResponseReader::isDecided() const
{
    return m_form == Form::Stream && m_stream.sawTerminal();
}

} // namespace Retryscope
