// SPDX-License-Identifier: MIT
#include "core/llm/lint_p.h"

#include "core/llm/jsonfault_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

QString argumentsFault(const QString &arguments)
{
    const QByteArray text = arguments.toUtf8().trimmed();
    if (text.isEmpty())
        return {}; // a call without parameters
    if (const std::optional<JsonFault> fault = findJsonFault(text))
        return u"%1 at byte %2"_s.arg(fault->reason).arg(fault->offset);
    return text.startsWith('{') ? QString() : u"they are no JSON object"_s;
}

} // namespace

void Lint::add(FindingKind kind, qint64 offset, const QString &text)
{
    if (m_findings.size() < MostFindings) {
        m_findings.append({kind, offset, text});
        return;
    }
    ++m_omitted;
    m_lastOmitted = offset;
}

void Lint::finish()
{
    if (m_omitted > 0)
        m_findings.append({FindingKind::Omitted, m_lastOmitted,
                           m_omitted == 1 ? u"One more finding is not listed."_s
                                          : u"%1 more findings are not listed."_s.arg(m_omitted)});
}

void Lint::addDamage(FindingKind kind, const QString &reason, qint64 offset)
{
    const bool utf8 = reason.contains("UTF-8"_L1);
    add(utf8 ? FindingKind::InvalidUtf8 : kind, offset,
        u"At byte %1 %2."_s.arg(offset).arg(reason));
}

void Lint::checkContentType(const QByteArray &contentType, const DialectFacts &facts)
{
    const QByteArray media = contentType.split(';').constFirst().trimmed().toLower();
    if (facts.contentTypes.isEmpty() || facts.contentTypes.contains(media))
        return;
    const QString wanted = QString::fromLatin1(facts.contentTypes.constFirst());
    add(FindingKind::WrongContentType, 0,
        media.isEmpty()
            ? u"The answer has no content type; a stream of %1 has %2."_s.arg(facts.name, wanted)
            : u"The content type is %1; a stream of %2 has %3."_s.arg(QString::fromUtf8(media),
                                                                      facts.name, wanted));
}

void Lint::checkTools(const Answer &answer, qint64 offset)
{
    for (const ToolCall &call : answer.toolCalls) {
        const QString fault = argumentsFault(call.arguments);
        if (!fault.isEmpty())
            add(FindingKind::BadToolArguments, offset,
                u"The arguments of the tool call \"%1\" do not parse: %2."_s.arg(call.name, fault));
        if (call.name.isEmpty())
            add(FindingKind::BadIndex, offset,
                u"Arguments came for a tool call that was never begun: its name is missing."_s);
    }
}

void Lint::checkHalves(qint64 replaced, qint64 offset)
{
    if (replaced > m_halves)
        add(FindingKind::LoneSurrogate, offset,
            u"Half of a character stands alone in the event at byte %1 or before; U+FFFD is shown for it."_s
                .arg(offset));
    m_halves = replaced;
}

} // namespace Retryscope

// Here, not in the one file for all: a program that links this room needs none above it.
#include "moc_finding.cpp"
