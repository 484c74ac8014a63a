// SPDX-License-Identifier: MIT
#include "core/sandbox/scriptparser_p.h"

#include "core/llm/dialect.h"
#include "core/sandbox/sandboxscript.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <algorithm>
#include <cmath>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr int tenMinutes = 600'000;

//! What was typed, fit to stand in a sentence.
QString shown(const QJsonValue &value)
{
    constexpr qsizetype longest = 40;
    QString text =
        QString::fromUtf8(QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact));
    text = text.sliced(1, text.size() - 2);
    return text.size() > longest ? text.left(longest) + u'\u2026' : text;
}

//! What a header may be made of: RFC 9110 section 5.1 and 5.5. A line end would begin another.
bool isToken(const QByteArray &name)
{
    static const QByteArray marks = "!#$%&'*+-.^_`|~";
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
               || marks.contains(c);
    });
}

bool isHeaderValue(const QByteArray &value)
{
    return std::none_of(value.begin(), value.end(),
                        [](char c) { return (uchar(c) < 0x20 && c != '\t') || c == 0x7F; });
}

} // namespace

ScriptParser::Place ScriptParser::Place::member(const QString &name) const
{
    return {value[name], path.isEmpty() ? name : QString(path + u'.' + name)};
}

ScriptParser::Place ScriptParser::Place::element(qsizetype index) const
{
    return {value[index], path + u'[' + QString::number(index) + u']'};
}

bool ScriptParser::fail(const Place &place, const QString &message)
{
    m_error = {place.path, message, {}};
    return false;
}

bool ScriptParser::checkMembers(const Place &place, const QStringList &allowed)
{
    if (!place.value.isObject())
        return fail(place, "This must be an object with some of the members "_L1
                               + allowed.join(", "_L1) + ", not "_L1 + shown(place.value) + u'.');
    const QStringList names = place.value.toObject().keys();
    for (const QString &name : names) {
        if (!allowed.contains(name))
            return fail(place.member(name), "There is no such member; allowed here: "_L1
                                                + allowed.join(", "_L1) + u'.');
    }
    return true;
}

bool ScriptParser::readText(const Place &place, QString &out)
{
    if (!place.isThere())
        return true;
    out = place.value.toString();
    return !out.isEmpty()
           || fail(place,
                   "This must be a text that is not empty, not "_L1 + shown(place.value) + u'.');
}

bool ScriptParser::readWhole(const Place &place, int least, int most, int &out)
{
    if (!place.isThere())
        return true;
    const double number = place.value.toDouble(std::nan(""));
    if (!(number >= least && number <= most) || number != std::floor(number))
        return fail(place, "This must be a whole number from "_L1 + QString::number(least)
                               + " to "_L1 + QString::number(most) + ", not "_L1
                               + shown(place.value) + u'.');
    out = int(number);
    return true;
}

bool ScriptParser::readMilliseconds(const Place &place, std::chrono::milliseconds &out)
{
    int number = int(out.count());
    if (!readWhole(place, 0, tenMinutes, number))
        return false;
    out = std::chrono::milliseconds(number);
    return true;
}

Result<QList<ScriptRule>> ScriptParser::parse(const QByteArray &text)
{
    if (text.size() > SandboxScript::largest)
        return InputError{{}, u"The script is larger than 16 MiB."_s, {}};
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(text, &problem);
    if (problem.error != QJsonParseError::NoError) {
        // Qt may point behind the end.
        const qsizetype line = text.left(problem.offset).count('\n') + 1;
        return InputError{{},
                          "This is not valid JSON: "_L1 + problem.errorString() + " in line "_L1
                              + QString::number(line) + ", at byte "_L1
                              + QString::number(problem.offset) + u'.',
                          {}};
    }
    const Place root{
        document.isObject() ? QJsonValue(document.object()) : QJsonValue(document.array()), {}};
    const Place rules = root.member(u"rules"_s);
    bool sound = checkMembers(root, {u"rules"_s});
    if (sound && !rules.value.isArray())
        sound = fail(rules, u"This must be a list of rules."_s);
    const qsizetype count = rules.value.toArray().size();
    if (sound && count > SandboxScript::longest)
        sound =
            fail(rules, "A script may have at most "_L1 + QString::number(SandboxScript::longest)
                            + " rules, not "_L1 + QString::number(count) + u'.');
    for (qsizetype i = 0; sound && i < count; ++i)
        sound = readRule(rules.element(i));
    if (!sound)
        return m_error;
    return m_rules;
}

bool ScriptParser::readRule(const Place &place)
{
    ScriptRule rule;
    const bool sound =
        checkMembers(place, {u"when"_s, u"times"_s, u"status"_s, u"headers"_s, u"body"_s, u"json"_s,
                             u"error"_s, u"reasoning"_s, u"text"_s, u"tool"_s, u"tools"_s,
                             u"stop"_s, u"tokens"_s, u"tokens_per_second"_s, u"first_token_ms"_s,
                             u"pauses"_s, u"fault"_s})
        && readWhen(place.member(u"when"_s), rule)
        && readWhole(place.member(u"times"_s), 1, 1'000'000, rule.times) && readHead(place, rule)
        && readBody(place, rule) && readParts(place, rule)
        && readStop(place.member(u"stop"_s), rule) && readPace(place, rule)
        && readPauses(place.member(u"pauses"_s), rule) && readFault(place.member(u"fault"_s), rule)
        && checkTogether(place, rule);
    if (sound)
        m_rules.append(rule);
    return sound;
}

bool ScriptParser::readWhen(const Place &place, ScriptRule &rule)
{
    if (!place.isThere())
        return true;
    QString method;
    if (!checkMembers(place,
                      {u"request"_s, u"dialect"_s, u"model"_s, u"path"_s, u"method"_s, u"stream"_s})
        || !readRequests(place.member(u"request"_s), rule)
        || !readText(place.member(u"dialect"_s), rule.dialect)
        || !readText(place.member(u"model"_s), rule.model)
        || !readText(place.member(u"path"_s), rule.path)
        || !readText(place.member(u"method"_s), method))
        return false;
    rule.method = method.toUpper().toLatin1();
    if (!rule.dialect.isEmpty() && !Dialect::ids().contains(rule.dialect))
        return fail(place.member(u"dialect"_s), "There is no dialect "_L1 + shown(rule.dialect)
                                                    + "; there are "_L1
                                                    + Dialect::ids().join(", "_L1) + u'.');
    const Place stream = place.member(u"stream"_s);
    if (stream.isThere() && !stream.value.isBool())
        return fail(stream, "This must be true or false, not "_L1 + shown(stream.value) + u'.');
    if (stream.isThere())
        rule.streamed = stream.value.toBool();
    return true;
}

bool ScriptParser::readRequests(const Place &place, ScriptRule &rule)
{
    constexpr int most = 1'000'000'000;
    if (!place.value.isObject()) {
        int number = 0;
        if (!readWhole(place, 1, most, number))
            return false;
        if (place.isThere())
            rule.firstRequest = rule.lastRequest = number;
        return true;
    }
    return checkMembers(place, {u"from"_s, u"to"_s})
           && readWhole(place.member(u"from"_s), 1, most, rule.firstRequest)
           && readWhole(place.member(u"to"_s), rule.firstRequest, most, rule.lastRequest);
}

bool ScriptParser::readHead(const Place &place, ScriptRule &rule)
{
    const Place status = place.member(u"status"_s);
    int number = 0;
    if (!readWhole(status, 200, 599, number))
        return false;
    if (status.isThere())
        rule.status = number;
    return readHeaders(place.member(u"headers"_s), rule);
}

bool ScriptParser::readHeaders(const Place &place, ScriptRule &rule)
{
    if (!place.isThere())
        return true;
    if (!place.value.isObject())
        return fail(place, u"This must be an object: names of headers, each with a text."_s);
    // Those would say something else about the body than its framing does.
    static const QList<QByteArray> framing{"content-length", "transfer-encoding", "connection"};
    const QJsonObject headers = place.value.toObject();
    for (auto it = headers.begin(); it != headers.end(); ++it) {
        const Place header = place.member(it.key());
        const QByteArray name = it.key().toUtf8();
        const QByteArray value = it.value().toString().toUtf8();
        if (!isToken(name))
            return fail(header,
                        u"This is no name of a header: letters, digits and - are allowed."_s);
        if (framing.contains(name.toLower()))
            return fail(header, u"The sandbox writes this header itself; faults such as "
                                "\"cut\" break its promise."_s);
        if (!it.value().isString() || !isHeaderValue(value))
            return fail(header, "A header's value must be a text on one line, not "_L1
                                    + shown(it.value()) + u'.');
        rule.headers.append(HttpHeader{name, value});
    }
    return true;
}

bool ScriptParser::readBody(const Place &place, ScriptRule &rule)
{
    const Place body = place.member(u"body"_s);
    const Place json = place.member(u"json"_s);
    if (body.isThere() && !body.value.isString())
        return fail(body, "This must be a text, not "_L1 + shown(body.value)
                              + "; for an object there is \"json\"."_L1);
    if (json.isThere() && !json.value.isObject() && !json.value.isArray())
        return fail(json, "This must be an object or a list, not "_L1 + shown(json.value)
                              + "; for a text there is \"body\"."_L1);
    if (body.isThere() && json.isThere())
        return fail(json, u"There is a \"body\" already: one of the two is enough."_s);
    if (body.isThere())
        rule.body = body.value.toString().toUtf8();
    if (json.value.isObject())
        rule.body = QJsonDocument(json.value.toObject()).toJson(QJsonDocument::Compact);
    if (json.value.isArray())
        rule.body = QJsonDocument(json.value.toArray()).toJson(QJsonDocument::Compact);
    return readText(place.member(u"error"_s), rule.error);
}

} // namespace Retryscope
