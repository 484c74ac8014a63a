// SPDX-License-Identifier: MIT
#include "tests/llm/streamchecks.h"

#include <QtCore/QHash>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QRegularExpression>
#include <QtCore/QSet>
#include <QtCore/QtEndian>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope::TestSupport {

namespace {

//! A line with its place in the body, without its end and blanks.
struct Line
{
    QByteArray text;
    qsizetype end; // behind its last byte that is no blank
};

QList<Line> linesOf(const QByteArray &body)
{
    QList<Line> lines;
    qsizetype begin = 0;
    for (qsizetype at = 0; at <= body.size(); ++at) {
        if (at < body.size() && body.at(at) != '\n' && body.at(at) != '\r')
            continue;
        qsizetype end = at;
        while (end > begin && (body.at(end - 1) == ' ' || body.at(end - 1) == '\t'))
            --end;
        lines.append({body.mid(begin, end - begin), end});
        begin = at + 1;
    }
    return lines;
}

//! What a line of the terminal event has in it, and no other line.
QRegularExpression terminalPattern(const QString &dialect)
{
    static const QHash<QString, QString> patterns{
        {u"openai-chat"_s, uR"x(^data: *\[DONE\]$|"object": ?"chat\.completion\.done")x"_s},
        {u"openai-responses"_s, uR"x("type": ?"response\.(completed|incomplete|failed)")x"_s},
        {u"anthropic"_s, uR"x(^data:.*"type": ?"message_stop")x"_s},
        {u"ollama"_s, uR"x("done": ?true)x"_s},
        {u"cohere"_s, uR"x("type": ?"message-end"|"event_type": ?"stream-end")x"_s}};
    return QRegularExpression(patterns.value(dialect));
}

qsizetype terminalLineEnd(const QRegularExpression &pattern, const QByteArray &body)
{
    const QList<Line> lines = linesOf(body);
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!pattern.match(QString::fromUtf8(lines.at(i).text)).hasMatch())
            continue;
        while (i + 1 < lines.size() && lines.at(i + 1).text.startsWith("data:"))
            ++i; // of the same event
        return lines.at(i).end;
    }
    return body.size() + 1;
}

//! Where every candidate that came so far has its finish reason.
qsizetype lastCandidateEnd(const QByteArray &body)
{
    QSet<int> open;
    const QList<Line> lines = linesOf(body);
    for (const Line &line : lines) {
        const QJsonObject chunk = QJsonDocument::fromJson(line.text.mid(5)).object();
        const QJsonArray candidates = chunk.value("candidates"_L1).toArray();
        bool finished = !chunk.value("promptFeedback"_L1)["blockReason"_L1].isUndefined();
        for (const QJsonValue &candidate : candidates) {
            open.insert(candidate["index"_L1].toInt());
            if (!candidate["finishReason"_L1].isString())
                continue;
            finished = true;
            open.remove(candidate["index"_L1].toInt());
        }
        if (finished && open.isEmpty())
            return line.end;
    }
    return body.size() + 1;
}

//! The end of the message that is the metadata, or has the provider's last event or Bedrock's
//! numbers in it.
qsizetype terminalFrameEnd(const QByteArray &body)
{
    qsizetype at = 0;
    while (body.size() - at >= 12) {
        const qsizetype size = qFromBigEndian<quint32>(body.constData() + at);
        const qsizetype headers = qFromBigEndian<quint32>(body.constData() + at + 4);
        if (size < 16 || at + size > body.size())
            break;
        const QByteArray head = body.mid(at + 12, headers);
        const QByteArray payload = body.mid(at + 12 + headers, size - headers - 16);
        const QByteArray carried = QByteArray::fromBase64(
            QJsonDocument::fromJson(payload)["bytes"_L1].toString().toLatin1());
        at += size;
        if (head.contains(QByteArray(":event-type\x07\0\x08metadata", 22))
            || carried.contains("\"metadata\"") || carried.contains("\"type\":\"message_stop\"")
            || carried.contains("amazon-bedrock-invocationMetrics"))
            return at;
    }
    return body.size() + 1;
}

} // namespace

qsizetype terminalSize(const QString &dialect, const QByteArray &body, bool endsWithBody)
{
    if (endsWithBody)
        return terminalLineEnd(QRegularExpression(uR"x("finish_reason": ?"\w)x"_s), body);
    if (dialect == "bedrock-converse"_L1)
        return terminalFrameEnd(body);
    if (dialect != "gemini"_L1)
        return terminalLineEnd(terminalPattern(dialect), body);
    return body.startsWith('[') ? body.lastIndexOf(']') + 1 : lastCandidateEnd(body);
}

} // namespace Retryscope::TestSupport
