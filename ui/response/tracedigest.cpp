// SPDX-License-Identifier: MIT
#include "ui/response/tracedigest.h"

#include "core/trace/trace.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonValue>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;
using std::chrono::microseconds;

AttemptDigest::Headers headersOf(const QJsonObject &fields)
{
    AttemptDigest::Headers headers;
    const QJsonArray list = fields.value("headers"_L1).toArray();
    for (const QJsonValue &entry : list) {
        const QJsonArray pair = entry.toArray();
        headers.append({pair.at(0).toString(), pair.at(1).toString()});
    }
    return headers;
}

void note(AttemptDigest *digest, microseconds t, const QString &signal)
{
    digest->signalStamps.append({t, signal});
}

} // namespace

void TraceDigest::setTrace(const Trace *trace)
{
    m_trace = trace;
    m_next = 0;
    m_attempts.clear();
}

bool TraceDigest::update(QDeadlineTimer deadline)
{
    if (!m_trace)
        return false;
    const auto &events = m_trace->events();
    while (m_next < events.size()) {
        read(events.at(m_next), m_next);
        ++m_next;
        if (deadline.hasExpired())
            break;
    }
    return m_next < events.size();
}

const AttemptDigest *TraceDigest::attempt(int number) const
{
    const auto found = m_attempts.find(number);
    return found == m_attempts.end() ? nullptr : &found->second;
}

int TraceDigest::lastAttempt() const
{
    return m_attempts.empty() ? 0 : m_attempts.rbegin()->first;
}

void TraceDigest::read(const TraceEvent &event, std::size_t index)
{
    if (event.attempt <= 0)
        return;
    AttemptDigest *digest = &m_attempts[event.attempt];
    digest->attempt = event.attempt;
    switch (event.name) {
    case TraceEventName::AttemptStarted:
        digest->begin = event.t;
        digest->url = event.fields.value("url"_L1).toString();
        digest->method = event.fields.value("method"_L1).toString();
        digest->requestHeaders = headersOf(event.fields);
        break;
    case TraceEventName::ConnectStarted:
    case TraceEventName::TlsCertificates:
        digest->tls.chain = event.fields.value("chain"_L1).toArray();
        digest->tls.errors = event.fields.value("errors"_L1).toArray();
        break;
    case TraceEventName::TlsFinished:
    case TraceEventName::RequestSent:
    case TraceEventName::ResponseHead:
    case TraceEventName::BodyData:
        readExchange(event, digest);
        break;
    case TraceEventName::StreamEvent:
        readStreamEvent(event, index, digest);
        break;
    case TraceEventName::StreamDelta:
        readDelta(event, digest);
        break;
    case TraceEventName::FaultInjected:
        digest->fault = event.fields.value("fault"_L1).toString();
        break;
    case TraceEventName::AttemptFinished:
        readEnd(event, digest);
        break;
    case TraceEventName::RunStarted:
    case TraceEventName::DnsStarted:
    case TraceEventName::DnsFinished:
    case TraceEventName::ConnectFinished:
    case TraceEventName::TlsStarted:
    case TraceEventName::TlsTerminated:
    case TraceEventName::TlsAnswered:
    case TraceEventName::ConnectionClosed:
    case TraceEventName::ResponseStarted:
    case TraceEventName::PolicyDecided:
    case TraceEventName::WaitStarted:
    case TraceEventName::WaitFinished:
    case TraceEventName::RunFinished:
        break;
    }
}

void TraceDigest::readExchange(const TraceEvent &event, AttemptDigest *digest)
{
    // The tap knows the same milestones from the wire; the signals of Qt are the client's.
    const bool qt = event.source == TraceSource::Client;
    if (event.name == TraceEventName::RequestSent) {
        digest->sent = true;
        if (qt)
            note(digest, event.t, u"requestSent()"_s);
    } else if (event.name == TraceEventName::ResponseHead) {
        digest->status = event.fields.value("status"_L1).toInt();
        digest->reason = event.fields.value("reason"_L1).toString();
        digest->httpVersion = event.fields.value("http_version"_L1).toString();
        digest->responseHeaders = headersOf(event.fields);
        note(digest, event.t, u"metaDataChanged()"_s);
    } else if (event.name == TraceEventName::BodyData) {
        const bool first =
            digest->signalStamps.isEmpty() || digest->signalStamps.last().name != "readyRead()"_L1;
        if (qt && first)
            note(digest, event.t, u"readyRead()"_s);
    } else if (event.name == TraceEventName::ConnectStarted && qt) {
        note(digest, event.t, u"socketStartedConnecting()"_s);
    } else if (event.name == TraceEventName::TlsFinished && qt
               && !event.fields.contains("error"_L1)) {
        note(digest, event.t, u"encrypted()"_s);
        digest->tls.version = event.fields.value("version"_L1).toString();
        digest->tls.cipher = event.fields.value("cipher"_L1).toString();
        digest->tls.alpn = event.fields.value("alpn"_L1).toString();
    }
}

void TraceDigest::readStreamEvent(const TraceEvent &event, std::size_t index, AttemptDigest *digest)
{
    if (!digest->events.empty()) {
        const microseconds gap = event.t - digest->lastEvent;
        if (gap > digest->longestGap) {
            digest->longestGap = gap;
            digest->longestGapAt = digest->events.size();
        }
    }
    digest->events.append(index);
    digest->lastEvent = event.t;
}

void TraceDigest::readDelta(const TraceEvent &event, AttemptDigest *digest)
{
    const QString delta = event.fields.value("delta"_L1).toString();
    const QString text = event.fields.value("text"_L1).toString();
    if (delta == "text"_L1 || delta == "reasoning"_L1) {
        (delta == "text"_L1 ? digest->text : digest->reasoning).append(text);
        if (!text.isEmpty()) {
            if (!digest->firstToken)
                digest->firstToken = event.t;
            digest->lastToken = event.t;
            ++digest->textDeltas;
        }
    } else if (delta == "refusal"_L1) {
        digest->refusal.append(text);
    } else if (delta == "tool"_L1) {
        readTool(event.fields, digest);
    } else if (delta == "usage"_L1) {
        const QJsonValue tokens =
            event.fields.value("usage"_L1).toObject().value("output_tokens"_L1);
        if (tokens.isDouble())
            digest->outputTokens = tokens.toInteger();
    } else if (delta == "error"_L1) {
        digest->refusal.append(QString(text + QLatin1Char('\n')));
    }
}

void TraceDigest::readTool(const QJsonObject &fields, AttemptDigest *digest)
{
    const QString name = fields.value("name"_L1).toString();
    if (!name.isEmpty()) {
        if (!digest->tools.isEmpty())
            digest->tools.append(u"\n");
        digest->tools.append(QString(name + QLatin1Char(' ')));
    }
    digest->tools.append(fields.value("text"_L1).toString());
}

void TraceDigest::readEnd(const TraceEvent &event, AttemptDigest *digest)
{
    digest->finished = true;
    digest->failure = event.fields.value("failure"_L1).toObject();
    if (digest->status == 0)
        digest->status = event.fields.value("status"_L1).toInt();
    if (!digest->failure.isEmpty() && digest->failure.value("qt_error"_L1).toInt() != 0) {
        if (digest->failure.value("kind"_L1).toString() == "Certificate"_L1)
            note(digest, event.t, u"sslErrors()"_s);
        note(digest, event.t, u"errorOccurred()"_s);
    }
    note(digest, event.t, u"finished()"_s);
}

} // namespace Retryscope
