// SPDX-License-Identifier: MIT
#include "core/tap/localanswer_p.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>
#include <iterator>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

using End = ResponseStep::End;
using Headers = QList<HttpHeader>;

//! The reason phrase is nobody's business (RFC 9112, 4), but people read it.
QByteArray reasonOf(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 307:
        return "Temporary Redirect";
    case 401:
        return "Unauthorized";
    case 404:
        return "Not Found";
    case 429:
        return "Too Many Requests";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        return status < 400 ? "Simulated" : "Simulated Error";
    }
}

QByteArray response(int status, const Headers &headers, const QByteArray &body)
{
    QByteArray bytes = "HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonOf(status)
                       + "\r\nServer: Retryscope tap\r\n";
    for (const HttpHeader &header : headers)
        bytes += header.name + ": " + header.value + "\r\n";
    const bool mayHaveBody = status != 204 && status != 304;
    if (mayHaveBody)
        bytes += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    bytes += "Connection: close\r\n\r\n";
    return mayHaveBody ? bytes + body : bytes;
}

//! A shape that every provider's clients find a message in.
QByteArray errorBody(const QString &message, const QString &type, const QString &code)
{
    const QJsonObject error{{u"message"_s, message}, {u"type"_s, type}, {u"code"_s, code}};
    return QJsonDocument(QJsonObject{{u"error"_s, error}}).toJson(QJsonDocument::Compact) + '\n';
}

QByteArray statusAnswer(const Fault &fault)
{
    Headers headers{{"Content-Type", "application/json"}};
    if (fault.status == 401)
        headers.append(HttpHeader{"WWW-Authenticate", "Bearer realm=\"Retryscope tap\""});
    for (const QString &name : {u"retry-after"_s, u"retry-after-ms"_s}) {
        if (fault.parameters.contains(name))
            headers.append(
                HttpHeader{name.toLatin1(), QByteArray::number(fault.parameter(name).number)});
    }
    const QString given = u"body"_s;
    const QByteArray body =
        fault.parameters.contains(given)
            ? fault.parameter(given).text.toUtf8()
            : errorBody(
                u"The tap answered with status %1 in the endpoint's place."_s.arg(fault.status),
                u"simulated_error"_s, u"http_%1"_s.arg(fault.status));
    return response(fault.status, headers, body);
}

QByteArray redirectAnswer(const Fault &fault)
{
    const QByteArray location = fault.parameter(u"location"_s).text.toUtf8();
    return response(307, {{"Location", location}, {"Content-Type", "text/plain"}},
                    "The tap leads elsewhere.\n");
}

QByteArray pageAnswer()
{
    return response(200, {{"Content-Type", "text/html; charset=utf-8"}},
                    "<!DOCTYPE html><html><head><title>Log in to the network</title></head><body>"
                    "<h1>Please log in</h1></body></html>\n");
}

QByteArray quotaAnswer()
{
    return response(
        429, {{"Content-Type", "application/json"}},
        errorBody(u"You exceeded your current quota, please check your plan and billing details."_s,
                  u"insufficient_quota"_s, u"insufficient_quota"_s));
}

//! Of the kind that the client said it would like.
QByteArray emptyAnswer(const HttpRequestParser &request)
{
    const QByteArray wanted = request.header("Accept");
    const bool isType = !wanted.isEmpty() && !wanted.contains('*') && !wanted.contains(',');
    return response(200, {{"Content-Type", isType ? wanted : QByteArray("application/json")}}, {});
}

const QByteArray &brokenHead()
{
    static const QByteArray head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransf";
    return head;
}

} // namespace

bool isAnsweredLocally(FaultKind kind)
{
    using enum Fault::Kind; // not of the alias: clang 14 refuses it
    constexpr FaultKind kinds[] = {Garbage,  ContinueEof, HeadCut,  HeadReset, HttpStatus,
                                   Redirect, Html200,     Empty200, Quota};
    return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

QList<ResponseStep> localAnswer(const Fault &fault, const HttpRequestParser &request)
{
    ResponseStep step{.end = End::Fin, .strikes = true};
    switch (fault.kind) {
    case FaultKind::Garbage:
        step.bytes = "SSH-2.0-OpenSSH_9.2p1\r\n";
        break;
    case FaultKind::ContinueEof:
        step.bytes = "HTTP/1.1 100 Continue\r\n\r\n";
        break;
    case FaultKind::HeadReset:
        step.end = End::Rst;
        Q_FALLTHROUGH();
    case FaultKind::HeadCut:
        step.bytes = brokenHead();
        break;
    case FaultKind::HttpStatus:
        step.bytes = statusAnswer(fault);
        break;
    case FaultKind::Redirect:
        step.bytes = redirectAnswer(fault);
        break;
    case FaultKind::Html200:
        step.bytes = pageAnswer();
        break;
    case FaultKind::Empty200:
        step.bytes = emptyAnswer(request);
        break;
    case FaultKind::Quota:
        step.bytes = quotaAnswer();
        break;
    default:
        Q_ASSERT_X(false, "localAnswer", "this fault needs the endpoint's answer");
        break;
    }
    return {step};
}

} // namespace Retryscope
