// SPDX-License-Identifier: MIT
#include "core/sandbox/scriptparser_p.h"

#include "core/fault/faultplan.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>

#include <cmath>

//! \file
//! \brief The part of the parser that reads what is said, how fast, and what is wrong with it.

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype mostParts = 100;

} // namespace

bool ScriptParser::readParts(const Place &place, ScriptRule &rule)
{
    QString reasoning;
    QString text;
    if (!readText(place.member(u"reasoning"_s), reasoning)
        || !readText(place.member(u"text"_s), text))
        return false;
    if (!reasoning.isEmpty())
        rule.parts.append(AnswerContent::textPart(AnswerPart::Kind::Reasoning, reasoning));
    if (!text.isEmpty())
        rule.parts.append(AnswerContent::textPart(AnswerPart::Kind::Text, text));
    const Place tool = place.member(u"tool"_s);
    const Place tools = place.member(u"tools"_s);
    if (tool.isThere() && !readTool(tool, rule))
        return false;
    if (!tools.isThere())
        return true;
    if (tool.isThere())
        return fail(tools, u"There is a \"tool\" already: one of the two is enough."_s);
    const qsizetype count = tools.value.toArray().size();
    if (!tools.value.isArray() || count < 1 || count > mostParts)
        return fail(tools, "This must be a list of 1 to "_L1 + QString::number(mostParts)
                               + " calls, each as in \"tool\"."_L1);
    for (qsizetype i = 0; i < count; ++i) {
        if (!readTool(tools.element(i), rule))
            return false;
    }
    return true;
}

bool ScriptParser::readTool(const Place &place, ScriptRule &rule)
{
    const Place name = place.member(u"name"_s);
    const Place arguments = place.member(u"arguments"_s);
    SandboxToolCall call;
    if (!checkMembers(place, {u"name"_s, u"arguments"_s}) || !readText(name, call.name))
        return false;
    if (!name.isThere())
        return fail(name, u"A call needs the name of its tool."_s);
    if (arguments.isThere() && !arguments.value.isObject())
        return fail(arguments, u"This must be an object: the arguments of the call."_s);
    call.arguments =
        QString::fromUtf8(QJsonDocument(arguments.value.toObject()).toJson(QJsonDocument::Compact));
    rule.parts.append(AnswerContent::toolPart(call));
    return true;
}

bool ScriptParser::readStop(const Place &place, ScriptRule &rule)
{
    using Stop = AnswerContent::Stop;
    static const QList<std::pair<QString, Stop>> words{{u"end"_s, Stop::End},
                                                       {u"length"_s, Stop::Length},
                                                       {u"tool"_s, Stop::Tool},
                                                       {u"refusal"_s, Stop::Refusal}};
    if (!place.isThere())
        return true;
    for (const auto &[word, stop] : words) {
        if (place.value.toString() == word) {
            rule.stop = stop;
            return true;
        }
    }
    return fail(place,
                u"This must be \"end\", \"length\", \"tool\" or \"refusal\"; each dialect has "
                "its own word for it."_s);
}

bool ScriptParser::readPace(const Place &place, ScriptRule &rule)
{
    const Place tokens = place.member(u"tokens"_s);
    const Place rate = place.member(u"tokens_per_second"_s);
    const Place first = place.member(u"first_token_ms"_s);
    int count = 0;
    std::chrono::milliseconds wait{0};
    if (!readWhole(tokens, 1, 100'000, count) || !readMilliseconds(first, wait))
        return false;
    if (tokens.isThere())
        rule.tokens = count;
    if (first.isThere())
        rule.firstToken = wait;
    if (!rate.isThere())
        return true;
    const double perSecond = rate.value.toDouble(std::nan(""));
    if (!(perSecond >= 0.01 && perSecond <= 1e6))
        return fail(rate, u"This must be a number from 0.01 to 1000000."_s);
    rule.tokensPerSecond = perSecond;
    return true;
}

bool ScriptParser::readPauses(const Place &place, ScriptRule &rule)
{
    if (!place.isThere())
        return true;
    const qsizetype count = place.value.toArray().size();
    if (!place.value.isArray() || count > mostParts)
        return fail(place, "This must be a list of at most "_L1 + QString::number(mostParts)
                               + " pauses, each with \"after\" (events) and \"ms\"."_L1);
    for (qsizetype i = 0; i < count; ++i) {
        const Place pause = place.element(i);
        int after = 0;
        std::chrono::milliseconds length{0};
        if (!checkMembers(pause, {u"after"_s, u"ms"_s})
            || !readWhole(pause.member(u"after"_s), 0, 1'000'000, after)
            || !readMilliseconds(pause.member(u"ms"_s), length))
            return false;
        for (const QString &needed : {u"after"_s, u"ms"_s}) {
            if (!pause.member(needed).isThere())
                return fail(pause.member(needed), u"A pause needs \"after\" (how many events come "
                                                  "before) and \"ms\" (how long it lasts)."_s);
        }
        rule.pauses.append({after, length});
    }
    return true;
}

bool ScriptParser::readFault(const Place &place, ScriptRule &rule)
{
    QString text;
    if (!readText(place, text) || text.isEmpty())
        return !place.isThere();
    const Result<FaultPlan> plan = FaultPlan::fromString(text);
    if (!plan)
        return fail(place, plan.error().message);
    if (plan->faults().size() != 1)
        return fail(place, u"A rule makes one fault, not several: use one rule for each."_s);
    rule.fault = plan->faults().first();
    if (!isMadeBySandbox(rule.fault.kind))
        return fail(place,
                    u'"' + rule.fault.toString() + "\" is made by the tap, not by the sandbox."_L1);
    return true;
}

//! What contradicts itself is refused rather than guessed at.
bool ScriptParser::checkTogether(const Place &place, const ScriptRule &rule)
{
    if (rule.body && (!rule.parts.isEmpty() || !rule.error.isEmpty()))
        return fail(place,
                    u"A \"body\" or \"json\" is the whole answer: there can be no text, tool "
                    "or error beside it."_s);
    if (!rule.error.isEmpty() && !rule.parts.isEmpty())
        return fail(place, u"An \"error\" says nothing else: there can be no text or tool beside "
                           "it."_s);
    if (!rule.error.isEmpty() && rule.status.value_or(0) < 400)
        return fail(place.member(u"error"_s),
                    u"An \"error\" needs a \"status\" from 400 to 599."_s);
    if (rule.tokens && !rule.parts.isEmpty())
        return fail(place.member(u"tokens"_s),
                    u"\"tokens\" is the length of a text that is made up: there can be no text or "
                    "tool beside it."_s);
    if (rule.body && (rule.tokens || rule.tokensPerSecond || rule.stop))
        return fail(place,
                    u"A \"body\" or \"json\" comes at once: it has no tokens and no stop."_s);
    return true;
}

} // namespace Retryscope
