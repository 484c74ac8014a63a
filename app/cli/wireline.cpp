// SPDX-License-Identifier: MIT
#include "app/cli/wireline.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QString sideOf(const WireEvent &event)
{
    return event.fromServer ? u"server"_s : u"client"_s;
}

QString nameOf(WireEvent::Kind kind)
{
    switch (kind) {
    case WireEvent::Kind::DnsStarted:
        return u"dns.started"_s;
    case WireEvent::Kind::DnsFinished:
        return u"dns.finished"_s;
    case WireEvent::Kind::ConnectStarted:
        return u"connect.started"_s;
    case WireEvent::Kind::ConnectFinished:
        return u"connect.finished"_s;
    case WireEvent::Kind::ProxyStarted:
        return u"proxy.started"_s;
    case WireEvent::Kind::ProxyFinished:
        return u"proxy.finished"_s;
    case WireEvent::Kind::TlsClientHello:
        return u"tls.started"_s;
    case WireEvent::Kind::TlsServerHello:
        return u"tls.answered"_s;
    case WireEvent::Kind::TlsAlert:
        return u"tls.alert"_s;
    case WireEvent::Kind::TlsFirstData:
        return u"tls.data"_s;
    case WireEvent::Kind::RequestSeen:
        return u"request.sent"_s;
    case WireEvent::Kind::ResponseSeen:
        return u"response.started"_s;
    case WireEvent::Kind::FaultInjected:
        return u"fault.injected"_s;
    case WireEvent::Kind::FaultRefused:
        return u"fault.refused"_s;
    case WireEvent::Kind::TlsTerminated:
        return u"tls.terminated"_s;
    case WireEvent::Kind::Closed:
        return u"connection.closed"_s;
    }
    Q_UNREACHABLE();
}

QJsonObject closedFields(const WireEvent &event)
{
    QJsonObject fields{{u"by"_s, sideOf(event)},
                       {u"how"_s, event.detail},
                       {u"bytes_up"_s, event.bytesUp},
                       {u"bytes_down"_s, event.bytesDown}};
    if (event.alertLevel > 0)
        fields.insert(u"alert"_s, event.alertCode);
    return fields;
}

QJsonObject fieldsOf(const WireEvent &event)
{
    switch (event.kind) {
    case WireEvent::Kind::DnsStarted:
        return {{u"host"_s, event.host}};
    case WireEvent::Kind::DnsFinished:
        return {{u"host"_s, event.host},
                {u"addresses"_s, QJsonArray::fromStringList(event.addresses)}};
    case WireEvent::Kind::ConnectStarted:
    case WireEvent::Kind::ConnectFinished:
        return {{u"address"_s, event.address}};
    case WireEvent::Kind::ProxyStarted:
    case WireEvent::Kind::ProxyFinished:
        return {{u"address"_s, event.host}, {u"via"_s, event.via}};
    case WireEvent::Kind::TlsClientHello:
        return {{u"server_name"_s, event.serverName},
                {u"alpn"_s, QJsonArray::fromStringList(event.alpn)}};
    case WireEvent::Kind::TlsServerHello:
        return {{u"version"_s, event.tlsVersion},
                {u"alpn"_s, QJsonArray::fromStringList(event.alpn)}};
    case WireEvent::Kind::TlsAlert:
        return {{u"from"_s, sideOf(event)},
                {u"level"_s, event.alertLevel},
                {u"code"_s, event.alertCode},
                {u"name"_s, event.detail}};
    case WireEvent::Kind::TlsFirstData:
        return {{u"from"_s, sideOf(event)}};
    case WireEvent::Kind::RequestSeen:
        return {};
    case WireEvent::Kind::ResponseSeen:
        return event.status == 0 ? QJsonObject{} : QJsonObject{{u"status"_s, event.status}};
    case WireEvent::Kind::FaultInjected:
        return {{u"fault"_s, event.fault.toString()}, {u"simulated"_s, true}};
    case WireEvent::Kind::FaultRefused:
        return {{u"fault"_s, event.fault.toString()}};
    case WireEvent::Kind::TlsTerminated:
        return {{u"host"_s, event.host},
                {u"version"_s, event.tlsVersion},
                {u"alpn"_s, QJsonArray::fromStringList(event.alpn)},
                {u"simulated"_s, true}};
    case WireEvent::Kind::Closed:
        return closedFields(event);
    }
    Q_UNREACHABLE();
}

//! Whether the detail is told by a field of its own.
bool isDetailTold(WireEvent::Kind kind)
{
    return kind == WireEvent::Kind::TlsAlert || kind == WireEvent::Kind::Closed;
}

} // namespace

QByteArray wireLine(const WireEvent &event, std::chrono::nanoseconds origin)
{
    QJsonObject fields = fieldsOf(event);
    if (!event.error.isEmpty())
        fields.insert(u"error"_s, event.error);
    if (!event.detail.isEmpty() && !isDetailTold(event.kind))
        fields.insert(u"detail"_s, event.detail);
    const auto t =
        std::chrono::duration_cast<std::chrono::microseconds>(event.stamp - origin).count();
    // By hand: QJsonObject sorts its members, and a person reads the stamp and the name first.
    QByteArray line = "{\"t\":" + QByteArray::number(qint64(t))
                      + ",\"connection\":" + QByteArray::number(event.connection)
                      + ",\"attempt\":" + QByteArray::number(event.attempt) + ",\"event\":\""
                      + nameOf(event.kind).toLatin1() + '"';
    const QByteArray rest = QJsonDocument(fields).toJson(QJsonDocument::Compact);
    if (!fields.isEmpty())
        line += ',' + rest.sliced(1, rest.size() - 2);
    return line + "}\n";
}

} // namespace Retryscope
