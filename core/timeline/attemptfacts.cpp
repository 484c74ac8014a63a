// SPDX-License-Identifier: MIT
#include "core/timeline/attemptfacts_p.h"

#include <algorithm>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;
using std::chrono::microseconds;
using Phase = TimelinePhase;

constexpr std::array setUpPhases{Phase::Dns, Phase::Connect, Phase::Tls};

std::size_t indexOf(Phase phase)
{
    return static_cast<std::size_t>(phase);
}

bool hasError(const TraceEvent &event)
{
    return !event.fields.value("error"_L1).toString().isEmpty();
}

void keepEarlier(std::optional<microseconds> &stamp, microseconds t)
{
    stamp = stamp ? std::min(*stamp, t) : t;
}

} // namespace

bool AttemptFacts::Side::hasSetUp() const
{
    return std::ranges::any_of(setUp, [](const SetUp &s) { return !s.stretches.empty(); });
}

bool AttemptFacts::add(const TraceEvent &event)
{
    Side &side = event.source == TraceSource::Wire ? m_wire : m_client;
    switch (event.name) {
    case TraceEventName::AttemptStarted:
        m_started = event.t;
        m_usesTls = event.fields.value("url"_L1).toString().startsWith("https:"_L1);
        break;
    case TraceEventName::DnsStarted:
        beginStretch(side, Phase::Dns, event);
        break;
    case TraceEventName::DnsFinished:
        endStretch(side, Phase::Dns, event);
        break;
    case TraceEventName::ConnectStarted:
        beginStretch(side, Phase::Connect, event);
        break;
    case TraceEventName::ConnectFinished:
        endStretch(side, Phase::Connect, event);
        break;
    case TraceEventName::TlsStarted:
        beginStretch(side, Phase::Tls, event);
        break;
    case TraceEventName::TlsFinished:
        endStretch(side, Phase::Tls, event);
        break;
    case TraceEventName::RequestSent:
        side.sends.push_back({event.t, event.fields.value("send"_L1).toInt(
                                           static_cast<int>(side.sends.size()) + 1)});
        break;
    case TraceEventName::ResponseStarted:
        keepEarlier(side.responseStarted, event.t);
        break;
    case TraceEventName::ResponseHead:
        keepEarlier(m_head, event.t);
        m_status = event.fields.value("status"_L1).toInt(m_status);
        break;
    case TraceEventName::FaultInjected:
        m_fault = event.fields.value("fault"_L1).toString();
        break;
    case TraceEventName::TlsCertificates:
    case TraceEventName::TlsTerminated:
    case TraceEventName::TlsAnswered:
    case TraceEventName::ConnectionClosed:
        break;
    case TraceEventName::AttemptFinished:
        addFinish(event);
        break;
    case TraceEventName::BodyData:
    case TraceEventName::StreamEvent:
    case TraceEventName::StreamDelta:
    case TraceEventName::RunStarted:
    case TraceEventName::PolicyDecided:
    case TraceEventName::WaitStarted:
    case TraceEventName::WaitFinished:
    case TraceEventName::RunFinished:
        return false;
    }
    keepEarlier(m_earliest, event.t);
    return true;
}

void AttemptFacts::finish(microseconds t)
{
    if (!m_finished)
        m_finished = t;
}

void AttemptFacts::addFinish(const TraceEvent &event)
{
    m_finished = event.t;
    m_failure = event.fields.value("failure"_L1).toObject();
    m_status = event.fields.value("status"_L1).toInt(m_status);
}

void AttemptFacts::beginStretch(Side &side, Phase phase, const TraceEvent &event)
{
    side.setUp[indexOf(phase)].stretches.push_back(
        {event.t, std::nullopt, event.fields.value("address"_L1).toString(), false});
}

void AttemptFacts::endStretch(Side &side, Phase phase, const TraceEvent &event)
{
    SetUp &setUp = side.setUp[indexOf(phase)];
    const QString address = event.fields.value("address"_L1).toString();
    Stretch *match = nullptr;
    for (Stretch &stretch : setUp.stretches) {
        const bool better = !match || match->address != address || stretch.address == address;
        if (!stretch.end && better)
            match = &stretch;
    }
    if (match) {
        match->end = std::max(event.t, match->begin);
        match->failed = hasError(event);
    } else {
        setUp.looseEnds.push_back({event.t, hasError(event)});
    }
}

std::optional<AttemptFacts::LooseEnd> AttemptFacts::endByClient(Phase phase, Stamp begin) const
{
    const SetUp &setUp = m_client.setUp[indexOf(phase)];
    for (const LooseEnd &end : setUp.looseEnds) {
        if (end.t >= begin)
            return end;
    }
    for (const Stretch &stretch : setUp.stretches) {
        if (stretch.end && *stretch.end >= begin)
            return LooseEnd{*stretch.end, stretch.failed};
    }
    return std::nullopt;
}

// One side for all three: Qt says that it connects before the name is looked up, and with a tap it
// means the connection to the tap. Beside stamps of the wire that would be a second, false picture.
std::vector<AttemptFacts::Derived> AttemptFacts::setUpSpans() const
{
    const bool onWire = m_wire.hasSetUp();
    const Side &side = onWire ? m_wire : m_client;
    std::vector<Derived> result;
    for (const Phase phase : setUpPhases) {
        for (const Stretch &stretch : side.setUp[indexOf(phase)].stretches) {
            Derived derived{{phase, stretch.begin, stretch.end, onWire}, stretch.failed};
            // The end of a handshake can hide in encrypted records, and whether a certificate was
            // accepted only the client knows.
            const auto byClient = phase == Phase::Tls && onWire ? endByClient(phase, stretch.begin)
                                                                : std::optional<LooseEnd>();
            if (byClient && !derived.span.end) {
                derived.span.end = byClient->t;
                derived.span.onWire = false;
            }
            derived.failed = derived.failed || (byClient && byClient->failed);
            result.push_back(derived);
        }
    }
    std::ranges::stable_sort(result, {}, [](const Derived &d) { return d.span.begin; });
    closeOpenSpans(result);
    return result;
}

// What comes next proves that a stretch is over, also where nobody told its end.
void AttemptFacts::closeOpenSpans(std::vector<Derived> &setUp) const
{
    const std::vector<Send> requests = sends();
    for (std::size_t i = 0; i < setUp.size(); ++i) {
        TimelineSpan &span = setUp[i].span;
        if (span.end)
            continue;
        std::optional<Stamp> end;
        if (i + 1 < setUp.size())
            end = setUp[i + 1].span.begin;
        // Without a tap Qt tells when TLS is done, but not when it began.
        for (const LooseEnd &encrypted : m_client.setUp[indexOf(Phase::Tls)].looseEnds) {
            if (encrypted.t >= span.begin)
                keepEarlier(end, encrypted.t);
        }
        for (const Send &send : requests) {
            if (send.t >= span.begin)
                keepEarlier(end, send.t);
        }
        if (const auto answered = response(); answered && *answered >= span.begin)
            keepEarlier(end, *answered);
        if (end)
            span.onWire = false;
        span.end = end;
    }
}

bool AttemptFacts::failedWhileSettingUp() const
{
    const QString phase = m_failure.value("phase"_L1).toString();
    return phase == "Queued"_L1 || phase == "Dns"_L1 || phase == "Connect"_L1 || phase == "Proxy"_L1
           || phase == "Tls"_L1;
}

// Qt's signal can come after the first byte of the answer was seen on the wire.
std::vector<AttemptFacts::Send> AttemptFacts::sends() const
{
    std::vector<Send> result = m_wire.sends.empty() ? m_client.sends : m_wire.sends;
    std::ranges::stable_sort(result, {}, &Send::t);
    if (const auto limit = response()) {
        for (Send &send : result)
            send.t = std::min(send.t, *limit);
    }
    return result;
}

std::optional<microseconds> AttemptFacts::response() const
{
    if (m_wire.responseStarted)
        return m_wire.responseStarted;
    return m_client.responseStarted ? m_client.responseStarted : m_head;
}

void AttemptFacts::addRequests(std::vector<TimelineSpan> &spans,
                               const std::vector<Derived> &setUp) const
{
    const auto &encrypted = m_client.setUp[indexOf(Phase::Tls)].looseEnds;
    const bool needsTls = m_usesTls && (m_wire.hasSetUp() || encrypted.empty());
    std::optional<Stamp> ready;
    std::optional<Stamp> previousSend;
    const auto findReady = [&](std::optional<Stamp> until) {
        ready.reset();
        for (const Derived &d : setUp) {
            if (d.failed || !d.span.end || (previousSend && d.span.begin < *previousSend)
                || (until && *d.span.end > *until))
                continue;
            if (needsTls && d.span.phase != Phase::Tls)
                continue;
            ready = ready ? std::max(*ready, *d.span.end) : *d.span.end;
        }
    };
    for (const Send &send : sends()) {
        findReady(send.t);
        // On a connection that was there already the attempt begins with the request.
        if (!ready && !previousSend && setUp.empty())
            ready = m_started;
        if (ready)
            addSpan(spans, {Phase::Request, *ready, send.t, false});
        previousSend = send.t;
    }
    // A request that has not left (yet).
    findReady(std::nullopt);
    const bool stillSettingUp =
        !setUp.empty()
        && (!setUp.back().span.end || setUp.back().failed || failedWhileSettingUp()
            || setUp.back().span.phase == Phase::Dns);
    if (ready && !stillSettingUp)
        addSpan(spans, {Phase::Request, *ready, response(), false});
}

void AttemptFacts::addWaiting(std::vector<TimelineSpan> &spans,
                              const std::vector<Derived> &setUp) const
{
    const std::vector<Send> requests = sends();
    const std::optional<Stamp> answered = response();
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const Stamp begin = requests[i].t;
        std::optional<Stamp> end = answered;
        if (i + 1 < requests.size())
            keepEarlier(end, requests[i + 1].t);
        for (const Derived &d : setUp) {
            if (d.span.begin > begin)
                keepEarlier(end, d.span.begin);
        }
        const bool endedByClient = answered && end == answered && !m_wire.responseStarted;
        const bool onWire = !m_wire.sends.empty() && !endedByClient;
        addSpan(spans, {Phase::Waiting, begin, end, onWire});
    }
}

void AttemptFacts::addSpan(std::vector<TimelineSpan> &spans, const TimelineSpan &span) const
{
    TimelineSpan added = span;
    if (m_finished)
        added.end = std::min(added.end.value_or(*m_finished), *m_finished);
    // The set-up shows even what took no time: it is where such an attempt failed.
    const bool setUp = span.phase <= Phase::Tls;
    if (added.end && (*added.end < added.begin || (!setUp && *added.end == added.begin)))
        return;
    spans.push_back(added);
}

void AttemptFacts::fill(TimelineRow &row) const
{
    const std::vector<Derived> setUp = setUpSpans();
    std::vector<TimelineSpan> spans;
    for (const Derived &derived : setUp)
        addSpan(spans, derived.span);
    addRequests(spans, setUp);
    addWaiting(spans, setUp);
    if (const auto answered = response())
        addSpan(spans, {Phase::Body, *answered, std::nullopt, false});
    std::ranges::stable_sort(spans, {}, &TimelineSpan::begin);
    row.spans = QList<TimelineSpan>(spans.begin(), spans.end());

    row.resends.clear();
    for (const Send &send : sends()) {
        if (send.number > 1)
            row.resends.append(send.t);
    }
    row.begin = m_started.value_or(m_earliest.value_or(row.begin));
    row.end = m_finished;
    row.finished = m_finished.has_value();
    row.fault = m_fault;
    row.failure = m_failure;
    row.status = m_status;
}

} // namespace Retryscope
