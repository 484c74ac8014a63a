// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialect.h"
#include "tests/llm/deltalog.h"
#include "tests/sandbox/rawclient.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

//! \file
//! \brief Requests in each dialect's own words, and its own reader for the answers.

namespace Retryscope::TestSupport {

using namespace Qt::StringLiterals;

inline QJsonObject weatherSchema()
{
    return QJsonDocument::fromJson(
               R"({"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"},)"
               R"("unit":{"enum":["celsius","kelvin"]}}})")
        .object();
}

//! What the sandbox makes of that schema.
inline QJsonObject weatherArguments()
{
    return QJsonDocument::fromJson(R"({"city":"Zürich","days":7,"unit":"celsius"})").object();
}

//! A tool of that name, as the dialect offers it, under the member that it has for tools.
inline QJsonObject toolMember(const QString &dialect)
{
    const QString name = QStringLiteral("weather");
    const QJsonObject function{{u"name"_s, name}, {u"parameters"_s, weatherSchema()}};
    QJsonObject tool{{u"type"_s, u"function"_s}, {u"function"_s, function}};
    if (dialect == u"openai-responses"_s)
        tool = {{u"type"_s, u"function"_s}, {u"name"_s, name}, {u"parameters"_s, weatherSchema()}};
    if (dialect == u"anthropic"_s)
        tool = {{u"name"_s, name}, {u"input_schema"_s, weatherSchema()}};
    if (dialect == u"gemini"_s)
        tool = {{u"functionDeclarations"_s, QJsonArray{function}}};
    if (dialect != u"bedrock-converse"_s)
        return {{u"tools"_s, QJsonArray{tool}}};
    const QJsonObject schema{{u"json"_s, weatherSchema()}};
    const QJsonObject spec{{u"name"_s, name}, {u"inputSchema"_s, schema}};
    return {{u"toolConfig"_s,
             QJsonObject{{u"tools"_s, QJsonArray{QJsonObject{{u"toolSpec"_s, spec}}}}}}};
}

inline QByteArray chatBody(const QString &dialect, bool stream, const QJsonObject &extra = {},
                           const QString &prompt = QStringLiteral("Hi there"))
{
    ChatRequest request;
    request.model = QStringLiteral("the/model:1");
    request.system = QStringLiteral("Be brief.");
    request.messages = {{QStringLiteral("user"), prompt}};
    request.stream = stream;
    request.extra = extra;
    return QJsonDocument(Dialect::find(dialect)->toJson(request)).toJson(QJsonDocument::Compact);
}

//! The same with a tool that the prompt names.
inline QByteArray toolBody(const QString &dialect, bool stream)
{
    return chatBody(dialect, stream, toolMember(dialect), QStringLiteral("the weather, please"));
}

//! The whole request. \a headers: lines.
inline QByteArray dialectPost(const QString &dialect, bool stream, const QByteArray &body,
                              const QByteArray &headers = {})
{
    const Dialect &spoken = *Dialect::find(dialect);
    QByteArray target = spoken.pathFor(QStringLiteral("the/model:1"), stream).toLatin1();
    if (stream && !spoken.facts().streamQuery.isEmpty())
        target += '?' + spoken.facts().streamQuery.toLatin1();
    QByteArray head = "POST " + target + " HTTP/1.1\r\nHost: sandbox\r\n";
    for (const HeaderField &header : spoken.facts().headers)
        head += header.name + ": " + header.value + "\r\n";
    return head + headers + "Connection: close\r\nContent-Length: "
           + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

inline int statusOf(const QByteArray &response)
{
    return response.mid(9, 3).toInt();
}

//! Null without it.
inline QByteArray headerOf(const QByteArray &response, const QByteArray &name)
{
    for (const QByteArray &line : headOf(response).split('\n')) {
        if (line.first(qMax(line.indexOf(':'), qsizetype(0))).compare(name, Qt::CaseInsensitive)
            == 0)
            return line.sliced(name.size() + 1).trimmed();
    }
    return {};
}

} // namespace Retryscope::TestSupport
