// SPDX-License-Identifier: MIT
#include "core/run/runrecorder_p.h"

#include "core/retry/retryingreply.h"
#include "core/run/certificatejson_p.h"
#include "core/run/runjson_p.h"

#include <QtNetwork/QSslCipher>
#include <QtNetwork/QSslConfiguration>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QString protocolName(QSsl::SslProtocol protocol)
{
    if (protocol == QSsl::TlsV1_3)
        return u"TLS 1.3"_s;
    return protocol == QSsl::TlsV1_2 ? u"TLS 1.2"_s : u"TLS"_s;
}

QJsonObject tlsFields(const QSslConfiguration &configuration)
{
    return {{u"version"_s, protocolName(configuration.sessionProtocol())},
            {u"cipher"_s, configuration.sessionCipher().name()},
            {u"alpn"_s, QString::fromLatin1(configuration.nextNegotiatedProtocol())}};
}

QJsonObject headFields(const RetryingReply &reply, const QJsonArray &headers)
{
    const bool http2 = reply.attribute(QNetworkRequest::Http2WasUsedAttribute).toBool();
    return {{u"status"_s, reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt()},
            {u"reason"_s, reply.attribute(QNetworkRequest::HttpReasonPhraseAttribute).toString()},
            {u"http_version"_s, http2 ? u"HTTP/2"_s : u"HTTP/1.1"_s},
            {u"headers"_s, headers}};
}

//! The fields of a step that can fail: the outcome beside what it was about.
QJsonObject outcome(QJsonObject fields, const QString &error)
{
    if (!error.isEmpty())
        fields.insert(u"error"_s, error);
    return fields;
}

//! Says where another proxy has to do with it: "proxy" is a step towards the proxy itself, "via"
//! one of the proxy's.
QJsonObject route(QJsonObject fields, const WireEvent &event)
{
    if (event.toProxy)
        fields.insert(u"proxy"_s, true);
    if (!event.via.isEmpty())
        fields.insert(u"via"_s, event.via);
    return fields;
}

QJsonObject closedFields(const WireEvent &event)
{
    QJsonObject fields{{u"by"_s, event.fromServer ? u"server"_s : u"client"_s},
                       {u"how"_s, event.detail},
                       {u"bytes_up"_s, event.bytesUp},
                       {u"bytes_down"_s, event.bytesDown}};
    if (event.alertLevel > 0)
        fields.insert(u"alert"_s, event.alertCode);
    return fields;
}

QJsonObject faultFields(const Fault &fault, const QString &detail)
{
    return {{u"fault"_s, fault.toString()}, {u"detail"_s, detail}, {u"simulated"_s, true}};
}

} // namespace

RunRecorder::RunRecorder(Trace *trace, Clock *clock, std::chrono::nanoseconds origin,
                         Redactor redactor)
    : m_recorder(trace, origin, std::move(redactor))
    , m_clock(clock)
{}

void RunRecorder::record(int attempt, TraceSource source, TraceEventName name,
                         const QJsonObject &fields)
{
    m_recorder.record(m_clock->now(), attempt, source, name, fields);
}

void RunRecorder::addSecretsOfHeader(const QByteArray &name, const QByteArray &value)
{
    m_recorder.addSecretsOfHeader(name, value);
}

void RunRecorder::runStarted(const QJsonObject &fields)
{
    record(0, TraceSource::Client, TraceEventName::RunStarted, fields);
}

void RunRecorder::attemptStarted(int attempt, const QString &url, const QByteArray &method,
                                 const QJsonArray &headers, qint64 bodySize)
{
    m_sends = 0;
    record(attempt, TraceSource::Client, TraceEventName::AttemptStarted,
           {{u"url"_s, url},
            {u"method"_s, QString::fromUtf8(method)},
            {u"headers"_s, headers},
            {u"body_bytes"_s, bodySize}});
}

void RunRecorder::advanced(int attempt, Milestone milestone, std::chrono::nanoseconds stamp,
                           const RetryingReply &reply, bool tapped)
{
    const auto put = [&](TraceEventName name, const QJsonObject &fields) {
        m_recorder.record(stamp, attempt, TraceSource::Client, name, fields);
    };
    switch (milestone) {
    case Milestone::ConnectStarted:
        // Without the tap nobody tells look-up and connect apart: Qt's signal comes before both.
        if (!tapped)
            put(TraceEventName::ConnectStarted, {});
        break;
    case Milestone::Encrypted:
        put(TraceEventName::TlsFinished, tlsFields(reply.sslConfiguration()));
        break;
    case Milestone::RequestSent:
        put(TraceEventName::RequestSent, {{u"send"_s, ++m_sends}});
        break;
    case Milestone::HeadReceived:
        put(TraceEventName::ResponseHead, headFields(reply, headers(reply.rawHeaderPairs())));
        break;
    }
}

void RunRecorder::certificates(int attempt, const QList<QSslCertificate> &chain,
                               const QList<QSslError> &errors)
{
    if (chain.isEmpty())
        return;
    record(attempt, TraceSource::Client, TraceEventName::TlsCertificates,
           {{u"chain"_s, chainToJson(chain)}, {u"errors"_s, sslErrorsToJson(errors, chain)}});
}

void RunRecorder::attemptFinished(const AttemptRecord &attempt,
                                  const std::optional<Failure> &failure, bool simulated)
{
    const auto end = attempt.finished.value_or(m_clock->now());
    const auto duration =
        std::chrono::duration_cast<std::chrono::microseconds>(end - attempt.started);
    record(attempt.number, TraceSource::Client, TraceEventName::AttemptFinished,
           {{u"failure"_s, failure ? QJsonValue(failureToJson(*failure, simulated)) : QJsonValue()},
            {u"status"_s, attempt.status},
            {u"wire_sends"_s, attempt.wireSends},
            {u"reused_connection"_s, attempt.reusedConnection},
            {u"duration_us"_s, qint64(duration.count())}});
}

void RunRecorder::decided(int attempt, const RetryDecision &decision)
{
    record(attempt, TraceSource::Policy, TraceEventName::PolicyDecided, decisionToJson(decision));
}

void RunRecorder::waitStarted(int attempt, std::chrono::microseconds delay)
{
    record(attempt, TraceSource::Policy, TraceEventName::WaitStarted,
           {{u"delay_us"_s, qint64(delay.count())}});
}

void RunRecorder::waitFinished(int attempt, std::chrono::microseconds late, bool cutShort)
{
    record(attempt, TraceSource::Policy, TraceEventName::WaitFinished,
           {{u"late_us"_s, qint64(late.count())}, {u"cut_short"_s, cutShort}});
}

void RunRecorder::wire(const WireEvent &event)
{
    const auto put = [&](TraceEventName name, const QJsonObject &fields) {
        m_recorder.record(event.stamp, event.attempt, TraceSource::Wire, name, fields);
    };
    switch (event.kind) {
    case WireEvent::Kind::DnsStarted:
        return put(TraceEventName::DnsStarted, route({{u"host"_s, event.host}}, event));
    case WireEvent::Kind::DnsFinished:
        return put(TraceEventName::DnsFinished,
                   outcome(route({{u"host"_s, event.host},
                                  {u"addresses"_s, QJsonArray::fromStringList(event.addresses)}},
                                 event),
                           event.error));
    case WireEvent::Kind::ConnectStarted:
        return put(TraceEventName::ConnectStarted, route({{u"address"_s, event.address}}, event));
    case WireEvent::Kind::ConnectFinished:
        return put(TraceEventName::ConnectFinished,
                   outcome(route({{u"address"_s, event.address}}, event), event.error));
    // A name, not an address: the proxy looks it up.
    case WireEvent::Kind::ProxyStarted:
        return put(TraceEventName::ConnectStarted, route({{u"address"_s, event.host}}, event));
    case WireEvent::Kind::ProxyFinished:
        return put(TraceEventName::ConnectFinished,
                   outcome(route({{u"address"_s, event.host}}, event), event.error));
    case WireEvent::Kind::TlsClientHello:
        return put(TraceEventName::TlsStarted,
                   {{u"server_name"_s, event.serverName},
                    {u"alpn"_s, QJsonArray::fromStringList(event.alpn)}});
    case WireEvent::Kind::TlsAlert:
        if (event.fromServer)
            put(TraceEventName::TlsFinished,
                {{u"error"_s, u"alert %1"_s.arg(event.detail)}, {u"alert"_s, event.alertCode}});
        return;
    case WireEvent::Kind::RequestSeen:
        return put(TraceEventName::RequestSent, {});
    case WireEvent::Kind::ResponseSeen:
        // With a detail it may be something else that a TLS 1.3 server sends by itself.
        if (!event.detail.isEmpty())
            return;
        return put(TraceEventName::ResponseStarted, outcome({}, event.error));
    case WireEvent::Kind::FaultInjected:
        return put(TraceEventName::FaultInjected, faultFields(event.fault, event.detail));
    case WireEvent::Kind::TlsTerminated:
        return put(TraceEventName::TlsTerminated,
                   outcome({{u"host"_s, event.host},
                            {u"version"_s, event.tlsVersion},
                            {u"alpn"_s, QJsonArray::fromStringList(event.alpn)},
                            {u"detail"_s, event.detail},
                            {u"simulated"_s, true}},
                           event.error));
    case WireEvent::Kind::TlsServerHello:
        return put(TraceEventName::TlsAnswered,
                   {{u"version"_s, event.tlsVersion},
                    {u"alpn"_s, QJsonArray::fromStringList(event.alpn)}});
    case WireEvent::Kind::Closed:
        return put(TraceEventName::ConnectionClosed, closedFields(event));
    // The first bytes of request and answer are told by themselves.
    case WireEvent::Kind::TlsFirstData:
    case WireEvent::Kind::FaultRefused:
        return;
    }
}

void RunRecorder::sandboxFault(int attempt, const Fault &fault, std::chrono::nanoseconds stamp)
{
    m_recorder.record(stamp, attempt, TraceSource::Wire, TraceEventName::FaultInjected,
                      faultFields(fault, u"by the sandbox"_s));
}

void RunRecorder::bodyData(int attempt, qint64 offset, qint64 bytes)
{
    record(attempt, TraceSource::Client, TraceEventName::BodyData,
           {{u"offset"_s, offset}, {u"bytes"_s, bytes}});
}

void RunRecorder::streamEvent(int attempt, const StreamEvent &event)
{
    record(attempt, TraceSource::Stream, TraceEventName::StreamEvent,
           {{u"index"_s, event.index},
            {u"offset"_s, event.offset},
            {u"bytes"_s, event.size},
            {u"type"_s, QString::fromUtf8(event.type)},
            {u"data"_s, QString::fromUtf8(event.data)},
            {u"content"_s, event.content},
            {u"terminal"_s, event.terminal}});
}

void RunRecorder::delta(int attempt, const Delta &delta)
{
    record(attempt, TraceSource::Stream, TraceEventName::StreamDelta, deltaToJson(delta));
}

void RunRecorder::runFinished(const QJsonObject &fields)
{
    record(0, TraceSource::Client, TraceEventName::RunFinished, fields);
}

QJsonArray RunRecorder::headers(const QList<QNetworkReply::RawHeaderPair> &pairs) const
{
    QJsonArray json;
    for (const auto &[name, value] : pairs)
        json.append(QJsonArray{QString::fromUtf8(name), m_recorder.redactor().header(name, value)});
    return json;
}

} // namespace Retryscope
