// SPDX-License-Identifier: MIT
#include "core/run/variables.h"

#include "core/llm/llmjson.h"
#include "core/trace/redactor.h"
#include "core/trace/variablereference.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QProcessEnvironment>
#include <QtCore/QStringDecoder>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! Below it a value would be found in half of all texts.
constexpr qsizetype shortestHidden = 4;

InputError notSet(const QString &name, const QString &field, const QString &where)
{
    return {field,
            u"The environment variable %1, which %2 names, is not set where this program was "
            "started. Set it there, or write $%3 to send these characters."_s.arg(
                name, where, variableReference(name)),
            {}};
}

//! What stands between the quotes of a JSON string.
QString jsonEscaped(const QString &value)
{
    const QByteArray json = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(json.sliced(2, json.size() - 4));
}

//! Expands field after field, and remembers what it came across.
class Expander
{
public:
    enum class Secrecy { Plain, Secret };
    using Escape = QString (*)(const QString &);

    Expander(const QProcessEnvironment &environment, ExpandedScenario &result)
        : m_environment(environment)
        , m_result(result)
    {}

    void expand(QString &text, const QString &field, const QString &where,
                Secrecy secrecy = Secrecy::Plain, Escape escape = nullptr)
    {
        const QList<TextPiece> pieces = textPieces(text);
        if (pieces.isEmpty()
            || (pieces.size() == 1 && !pieces.first().isVariable && pieces.first().text == text))
            return;
        QString expanded;
        for (const TextPiece &piece : pieces) {
            if (!piece.isVariable) {
                expanded += piece.text;
                continue;
            }
            const QString value = valueOf(piece.text, field, where, secrecy);
            expanded += escape ? escape(value) : value;
        }
        text = expanded;
    }

    void expand(QByteArray &bytes, const QString &field, const QString &where,
                Secrecy secrecy = Secrecy::Plain)
    {
        QString text = QString::fromUtf8(bytes);
        const QString before = text;
        expand(text, field, where, secrecy);
        if (text != before)
            bytes = text.toUtf8();
    }

    QJsonValue expanded(const QJsonValue &value, const QString &field, const QString &where)
    {
        if (value.isString()) {
            QString text = value.toString();
            expand(text, field, where);
            return text;
        }
        if (value.isArray()) {
            QJsonArray array = value.toArray();
            for (auto element : array)
                element = expanded(element, field, where);
            return array;
        }
        if (value.isObject()) {
            QJsonObject object = value.toObject();
            for (auto member = object.begin(); member != object.end(); ++member)
                member.value() = expanded(member.value(), field, where);
            return object;
        }
        return value;
    }

private:
    QString valueOf(const QString &name, const QString &field, const QString &where,
                    Secrecy secrecy)
    {
        if (!m_environment.contains(name)) {
            const InputError error = notSet(name, field, where);
            if (!m_result.errors.contains(error))
                m_result.errors.append(error);
            return {};
        }
        const QString value = m_environment.value(name);
        m_result.values.add(name, value);
        if (secrecy == Secrecy::Secret)
            m_result.secrets.append(value.toUtf8());
        return value;
    }

    const QProcessEnvironment &m_environment;
    ExpandedScenario &m_result;
};

void expandChat(Expander &expander, ChatRequest &chat)
{
    expander.expand(chat.model, u"chat.model"_s, u"the model"_s);
    expander.expand(chat.system, u"chat.system"_s, u"the system prompt"_s);
    for (qsizetype i = 0; i < chat.messages.size(); ++i)
        expander.expand(chat.messages[i].content, u"chat.messages[%1]"_s.arg(i),
                        u"message %1"_s.arg(i + 1));
    chat.extra = expander.expanded(chat.extra, u"chat.extra"_s, u"the request's JSON"_s).toObject();
}

void expandBody(Expander &expander, QByteArray &body, bool isJson)
{
    if (!body.contains("${"))
        return;
    QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    QString text = decoder(body);
    // What is no UTF-8 stays as it is, for the check of the body to find.
    if (decoder.hasError())
        return;
    expander.expand(text, u"body"_s, u"the body"_s, Expander::Secrecy::Plain,
                    isJson ? jsonEscaped : nullptr);
    body = text.toUtf8();
}

} // namespace

void VariableValues::add(const QString &name, const QString &value)
{
    const std::pair entry(name, value);
    if (value.size() < shortestHidden || m_names.contains(entry))
        return;
    const auto place = std::ranges::find_if(
        m_names, [&value](const auto &other) { return other.second.size() < value.size(); });
    m_names.insert(place, entry);
}

QString VariableValues::hide(const QString &text) const
{
    if (m_names.isEmpty())
        return text;
    QString hidden;
    for (qsizetype at = 0; at < text.size();) {
        const QStringView rest = QStringView(text).sliced(at);
        const auto found = std::ranges::find_if(
            m_names, [rest](const auto &entry) { return rest.startsWith(entry.second); });
        // In one pass: a name that was put in must not be looked through for other values.
        hidden += found == m_names.end() ? QString(rest.front()) : variableReference(found->first);
        at += found == m_names.end() ? 1 : found->second.size();
    }
    return hidden;
}

ExpandedScenario ExpandedScenario::of(const Scenario &scenario, const QByteArray &key,
                                      const QProcessEnvironment &environment)
{
    ExpandedScenario result;
    result.scenario = scenario;
    result.key = key;
    Scenario &s = result.scenario;
    Expander expander(environment, result);
    expander.expand(s.endpoint, u"endpoint"_s, u"the endpoint"_s);
    if (scenario.keyVariable.isEmpty())
        expander.expand(result.key, u"key"_s, u"the key"_s, Expander::Secrecy::Secret);
    for (qsizetype i = 0; i < s.headers.size(); ++i) {
        HeaderField &header = s.headers[i];
        expander.expand(header.value, u"headers[%1]"_s.arg(i),
                        u"the header "_s + QString::fromUtf8(header.name),
                        Redactor::isSecretHeader(header.name) ? Expander::Secrecy::Secret
                                                              : Expander::Secrecy::Plain);
    }
    if (s.rawBody)
        expandBody(expander, *s.rawBody, !s.isRaw() || isSoundJson(*s.rawBody));
    else if (!s.isRaw())
        expandChat(expander, s.chat);
    expander.expand(s.proxy.url, u"proxy"_s, u"the proxy"_s, Expander::Secrecy::Secret);
    expander.expand(s.caFile, u"ca_file"_s, u"the file of authorities"_s);
    return result;
}

Result<QString> expandVariables(const QString &text, const QProcessEnvironment &environment,
                                const QString &field, const QString &where)
{
    ExpandedScenario result;
    QString expanded = text;
    Expander(environment, result).expand(expanded, field, where);
    return result.errors.isEmpty() ? Result<QString>(expanded)
                                   : Result<QString>(result.errors.first());
}

} // namespace Retryscope
