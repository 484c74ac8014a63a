// SPDX-License-Identifier: MIT
#include "core/fault/faultparser_p.h"

#include "core/fault/faultplan.h"
#include "core/fault/nearest_p.h"

#include <algorithm>
#include <optional>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr int lowestStatus = 200;
constexpr int highestStatus = 599;

//! What was typed, fit to stand in a sentence.
QString quoted(QStringView typed)
{
    constexpr qsizetype longestShown = 40;
    QString shown = typed.left(longestShown).toString();
    for (QChar &c : shown) {
        if (!c.isPrint())
            c = QChar::ReplacementCharacter;
    }
    if (typed.size() > longestShown)
        shown += u'\u2026';
    return u'"' + shown + u'"';
}

//! Only ASCII digits and a sign: QStringView::toLongLong also takes "+3", " 3" and grouping.
std::optional<qint64> wholeNumber(QStringView typed)
{
    const QStringView digits = typed.startsWith(u'-') ? typed.sliced(1) : typed;
    if (digits.isEmpty() || !std::all_of(digits.begin(), digits.end(), [](QChar c) {
            return c >= u'0' && c <= u'9';
        }))
        return std::nullopt;
    bool fits = false;
    const qint64 number = typed.toLongLong(&fits);
    if (fits)
        return number;
    return typed.startsWith(u'-') ? std::numeric_limits<qint64>::min()
                                  : std::numeric_limits<qint64>::max();
}

bool isAddress(const QString &text)
{
    in6_addr address;
    const QByteArray name = text.toLatin1();
    return ::inet_pton(AF_INET, name.constData(), &address) == 1
           || ::inet_pton(AF_INET6, name.constData(), &address) == 1;
}

QString valueHint(const FaultParameter &parameter)
{
    switch (parameter.defaultValue.unit) {
    case FaultUnit::Plain:
        return u"a whole number"_s;
    case FaultUnit::Milliseconds:
        return u"a whole number of milliseconds"_s;
    case FaultUnit::Seconds:
        return u"a whole number of seconds"_s;
    case FaultUnit::Events:
        return parameter.takesBytes ? u"a number of events (3) or bytes (100b)"_s
                                    : u"a number of events"_s;
    case FaultUnit::Bytes:
        return u"a number of bytes (100b)"_s;
    case FaultUnit::Text:
        return u"a text"_s;
    }
    Q_UNREACHABLE();
}

//! The quote that ends the quoted text which begins at \a begin, or the end of it all.
qsizetype endOfQuoted(QStringView text, qsizetype begin)
{
    for (qsizetype i = begin + 1; i < text.size(); ++i) {
        if (text[i] == u'\\')
            ++i;
        else if (text[i] == u'"')
            return i;
    }
    return text.size();
}

//! The first ")" outside quotes; -1 if there is none.
qsizetype closingBracket(QStringView text)
{
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == u'"')
            i = endOfQuoted(text, i);
        else if (text[i] == u')')
            return i;
    }
    return -1;
}

//! The end of an entry or parameter that begins at \a begin: a comma outside brackets and quotes.
qsizetype endOfItem(QStringView text, qsizetype begin)
{
    int depth = 0;
    for (qsizetype i = begin; i < text.size(); ++i) {
        if (text[i] == u'"')
            i = endOfQuoted(text, i);
        else if (text[i] == u'(')
            ++depth;
        else if (text[i] == u')')
            --depth;
        else if (text[i] == u',' && depth <= 0)
            return i;
    }
    return text.size();
}

} // namespace

FaultParser::Piece FaultParser::Piece::trimmed() const
{
    qsizetype begin = 0;
    while (begin < text.size() && text[begin].isSpace())
        ++begin;
    return {text.trimmed(), offset + begin};
}

bool FaultParser::fail(qsizetype offset, const QString &sentence)
{
    m_error = {u"faultPlan"_s, "Entry "_L1 + QString::number(m_entry) + ": "_L1 + sentence, offset};
    return false;
}

Result<QList<Fault>> FaultParser::parse()
{
    const QStringView text(m_text);
    if (text.trimmed().isEmpty())
        return QList<Fault>();
    for (qsizetype begin = 0; begin <= text.size();) {
        const qsizetype end = endOfItem(text, begin);
        ++m_entry;
        if (!parseEntry(Piece{text.sliced(begin, end - begin), begin}.trimmed()))
            return m_error;
        begin = end + 1;
    }
    return m_faults;
}

bool FaultParser::parseEntry(const Piece &entry)
{
    if (entry.text.isEmpty())
        return fail(
            entry.offset,
            u"there is nothing between the commas; write \"ok\" for an attempt without a fault."_s);
    const auto isMark = [](QChar c) {
        return c == u'(' || c == u'*' || c == u')';
    };
    const qsizetype nameEnd =
        std::find_if(entry.text.begin(), entry.text.end(), isMark) - entry.text.begin();
    const Piece name = entry.first(nameEnd).trimmed();
    Fault fault;
    if (!parseName(name, fault))
        return false;
    Piece rest = entry.from(nameEnd);
    if (rest.text.startsWith(u'(')) {
        const qsizetype close = closingBracket(rest.text);
        if (close < 0)
            return fail(rest.offset, "the bracket after "_L1 + quoted(name.text)
                                         + " is not closed; add \")\"."_L1);
        if (!parseParameters(rest.first(close).from(1), fault))
            return false;
        rest = rest.from(close + 1).trimmed();
    }
    return parseRepeat(rest, fault);
}

bool FaultParser::parseName(const Piece &name, Fault &fault)
{
    const QString typed = name.text.toString();
    const FaultDescriptor *descriptor = findFault(typed);
    if (!descriptor && typed.startsWith("http-"_L1))
        return fail(name.offset,
                    quoted(typed) + " needs a status of three digits, as in \"http-429\"."_L1);
    if (!descriptor)
        return fail(name.offset, quoted(typed) + " is no fault; the nearest is "_L1
                                     + quoted(nearestFaultName(typed)) + u'.');
    fault.kind = descriptor->kind;
    if (fault.kind == FaultKind::HttpStatus) {
        fault.status = name.text.sliced(5).toInt();
        if (fault.status < lowestStatus || fault.status > highestStatus)
            return fail(name.offset + 5, "the status must lie between 200 and 599, not "_L1
                                             + name.text.sliced(5).toString() + u'.');
    }
    return true;
}

bool FaultParser::parseParameters(const Piece &list, Fault &fault)
{
    if (list.text.trimmed().isEmpty())
        return true;
    for (qsizetype begin = 0; begin <= list.text.size();) {
        const qsizetype end = endOfItem(list.text, begin);
        if (!parseParameter(list.first(end).from(begin).trimmed(), fault))
            return false;
        begin = end + 1;
    }
    return true;
}

bool FaultParser::parseParameter(const Piece &piece, Fault &fault)
{
    const FaultDescriptor &descriptor = faultDescriptor(fault.kind);
    if (descriptor.parameters.isEmpty())
        return fail(piece.offset, quoted(descriptor.name) + " takes no parameters."_L1);
    QStringList known;
    for (const FaultParameter &parameter : descriptor.parameters)
        known += parameter.name;
    const qsizetype equals = piece.text.indexOf(u'=');
    if (equals < 0)
        return fail(piece.offset, "a parameter is written as NAME=VALUE, not "_L1
                                      + quoted(piece.text) + "; "_L1 + quoted(descriptor.name)
                                      + " takes "_L1 + known.join(", "_L1) + u'.');
    const Piece name = piece.first(equals).trimmed();
    const qsizetype index = known.indexOf(name.text);
    if (index < 0)
        return fail(name.offset, quoted(descriptor.name) + " has no parameter "_L1
                                     + quoted(name.text) + "; the nearest is "_L1
                                     + quoted(nearestOf(name.text, known)) + u'.');
    if (fault.parameters.contains(known[index]))
        return fail(name.offset, quoted(name.text) + " is given twice."_L1);
    return parseValue(piece.from(equals + 1).trimmed(), descriptor.parameters[index], fault);
}

bool FaultParser::parseValue(const Piece &piece, const FaultParameter &parameter, Fault &fault)
{
    FaultValue value = parameter.defaultValue;
    if (value.unit == FaultUnit::Text)
        return parseText(piece, parameter, fault);
    QStringView digits = piece.text;
    const bool bytes = digits.endsWith(u'b', Qt::CaseInsensitive);
    if (bytes && (parameter.takesBytes || value.unit == FaultUnit::Bytes)) {
        value.unit = FaultUnit::Bytes;
        digits.chop(1);
    }
    const std::optional<qint64> number = wholeNumber(digits);
    if (!number)
        return fail(piece.offset, quoted(parameter.name) + " takes "_L1 + valueHint(parameter)
                                      + ", not "_L1 + quoted(piece.text) + u'.');
    if (*number < parameter.minimum || *number > parameter.maximum)
        return fail(piece.offset, quoted(parameter.name) + " must lie between "_L1
                                      + QString::number(parameter.minimum) + " and "_L1
                                      + QString::number(parameter.maximum) + ", not "_L1
                                      + quoted(piece.text) + u'.');
    value.number = *number;
    fault.parameters.insert(parameter.name, value);
    return true;
}

bool FaultParser::parseText(const Piece &piece, const FaultParameter &parameter, Fault &fault)
{
    QStringView typed = piece.text;
    const bool isQuoted = typed.startsWith(u'"');
    if (isQuoted && endOfQuoted(typed, 0) != typed.size() - 1)
        return fail(piece.offset, u"the quotes are not closed; add a \"."_s);
    FaultValue value = parameter.defaultValue;
    value.text.clear();
    if (isQuoted)
        typed = typed.sliced(1, typed.size() - 2);
    for (qsizetype i = 0; i < typed.size(); ++i) {
        if (isQuoted && typed[i] == u'\\' && i + 1 < typed.size())
            ++i;
        value.text += typed[i];
    }
    if (value.text.size() < parameter.minimum || value.text.size() > parameter.maximum)
        return fail(piece.offset, quoted(parameter.name) + " takes 1 to "_L1
                                      + QString::number(parameter.maximum) + " characters, not "_L1
                                      + QString::number(value.text.size()) + u'.');
    // A line break would end the header that it may come to stand in.
    const auto isControl = [](QChar c) {
        return c.category() == QChar::Other_Control;
    };
    if (std::any_of(value.text.begin(), value.text.end(), isControl))
        return fail(piece.offset,
                    quoted(parameter.name)
                        + " cannot hold a line break or another control character."_L1);
    if (fault.kind == FaultKind::DnsWrong && !isAddress(value.text))
        return fail(piece.offset, quoted(value.text) + " is no IP address."_L1);
    fault.parameters.insert(parameter.name, value);
    return true;
}

bool FaultParser::parseRepeat(const Piece &piece, const Fault &fault)
{
    if (!piece.text.isEmpty() && !piece.text.startsWith(u'*'))
        return fail(piece.offset,
                    piece.text.startsWith(u')')
                        ? u"there is a \")\" without a \"(\"."_s
                        : "only a repeat count such as *2 may follow the bracket, not "_L1
                              + quoted(piece.text) + u'.');
    const Piece digits = piece.text.isEmpty() ? piece : piece.from(1).trimmed();
    const std::optional<qint64> count = piece.text.isEmpty() ? 1 : wholeNumber(digits.text);
    if (!count || *count < 1 || *count > FaultPlan::longest)
        return fail(piece.offset,
                    quoted(piece.text) + " is no repeat count; write a whole number from 1 to "_L1
                        + QString::number(FaultPlan::longest) + ", as in \"refused*2\"."_L1);
    if (m_faults.size() + *count > FaultPlan::longest)
        return fail(piece.offset, "with it the plan has more than the "_L1
                                      + QString::number(FaultPlan::longest)
                                      + " entries that are allowed."_L1);
    m_faults.append(QList<Fault>(static_cast<qsizetype>(*count), fault));
    return true;
}

} // namespace Retryscope
