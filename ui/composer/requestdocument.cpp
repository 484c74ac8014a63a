// SPDX-License-Identifier: MIT
#include "ui/composer/requestdocument.h"

#include "core/llm/tools.h"
#include "core/run/scenario.h"
#include "ui/composer/jsonmember.h"

#include <QtCore/QJsonObject>
#include <QtCore/QStringList>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

//! What one dialect calls "max_tokens" is another's "generationConfig.maxOutputTokens".
void moveParameters(QJsonObject &extra, const Dialect &from, const Dialect &to)
{
    for (const DialectField &field : from.facts().fields) {
        const auto same = std::ranges::find(to.facts().fields, field.label, &DialectField::label);
        const QJsonValue value = memberAt(extra, field.member);
        if (same == to.facts().fields.end() || same->member == field.member || value.isUndefined()
            || value.isNull() || !memberAt(extra, same->member).isUndefined())
            continue;
        setMemberAt(extra, field.member, QJsonValue::Undefined);
        setMemberAt(extra, same->member, value);
    }
}

//! Those that say more than names, descriptions and parameters stay as they are.
void moveTools(QJsonObject &extra, const DialectFacts &from, const DialectFacts &to)
{
    const QJsonValue value = memberAt(extra, from.toolsMember);
    if (!value.isArray() || to.toolForm == ToolForm::None)
        return;
    const auto tools = toolsFromJson(value.toArray(), from.toolForm);
    if (!tools)
        return;
    setMemberAt(extra, from.toolsMember, QJsonValue::Undefined);
    setMemberAt(extra, to.toolsMember, toolsToJson(*tools, to.toolForm));
}

QString indented(const QJsonObject &json)
{
    return QString::fromUtf8(QJsonDocument(json).toJson(QJsonDocument::Indented)).trimmed();
}

} // namespace

QString placeWords(const QString &text, qsizetype offset)
{
    const QStringView before =
        QStringView(text).left(std::clamp<qsizetype>(offset, 0, text.size()));
    const qsizetype line = before.count(QLatin1Char('\n')) + 1;
    const qsizetype column = before.size() - (before.lastIndexOf(QLatin1Char('\n')) + 1) + 1;
    return RequestDocument::tr("Line %1, column %2: ").arg(line).arg(column);
}

Result<QJsonDocument> readJson(const QString &text, const QString &field)
{
    const QByteArray utf8 = text.toUtf8();
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(utf8, &problem);
    if (problem.error == QJsonParseError::NoError)
        return document;
    // Qt counts bytes of UTF-8; people and editors count characters.
    qsizetype offset = QString::fromUtf8(utf8.left(problem.offset)).size();
    offset = std::min(offset, std::max<qsizetype>(text.size() - 1, 0));
    return InputError{
        field,
        QString(placeWords(text, offset)
                + RequestDocument::tr("this is not JSON: %1.").arg(problem.errorString())),
        offset};
}

RequestDocument::RequestDocument(QObject *parent)
    : QObject(parent)
    , m_dialect(Dialect::all().empty() ? nullptr : Dialect::all().front())
{}

void RequestDocument::setDialect(const Dialect *dialect)
{
    if (!dialect || dialect == m_dialect)
        return;
    if (m_dialect && m_chat.model == m_dialect->defaultModel())
        m_chat.model = dialect->defaultModel();
    // What the form says is the beginning of a raw request, too.
    const bool rewrite = fitsForm() && !dialect->facts().isRaw;
    if (rewrite && m_dialect) {
        moveParameters(m_chat.extra, *m_dialect, *dialect);
        moveTools(m_chat.extra, m_dialect->facts(), dialect->facts());
    }
    const bool wasRaw = isRaw();
    m_dialect = dialect;
    if (rewrite)
        write();
    parse();
    // What was written for any server need not be a request of this dialect. The last one is.
    if (wasRaw && m_error)
        writeChat();
    Q_EMIT changed();
}

void RequestDocument::setChat(const ChatRequest &chat)
{
    if (m_error || chat == m_chat)
        return;
    m_chat = chat;
    write();
    Q_EMIT changed();
}

void RequestDocument::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    parse();
    Q_EMIT changed();
}

void RequestDocument::load(const Scenario &scenario)
{
    if (const Dialect *dialect = Dialect::find(scenario.dialect))
        m_dialect = dialect;
    m_chat = scenario.chat;
    if (scenario.rawBody || isRaw()) {
        m_text = QString::fromUtf8(scenario.rawBody.value_or(QByteArray()));
        parse();
    } else {
        writeChat();
    }
    Q_EMIT changed();
}

void RequestDocument::store(Scenario *scenario) const
{
    scenario->dialect = m_dialect ? m_dialect->id() : QString();
    scenario->chat = m_chat;
    scenario->rawBody.reset();
    if (!fitsForm() || m_verbatim)
        scenario->rawBody = m_text.toUtf8();
}

bool RequestDocument::isRaw() const
{
    return m_dialect && m_dialect->facts().isRaw;
}

void RequestDocument::writeChat()
{
    m_error.reset();
    m_fits = true;
    write();
}

void RequestDocument::write()
{
    m_verbatim = false;
    if (m_dialect)
        m_text = indented(m_dialect->toJson(m_chat));
}

void RequestDocument::parse()
{
    m_error.reset();
    m_fits = true;
    m_verbatim = false;
    if (isRaw()) {
        m_fits = false;
        return;
    }
    const auto fail = [this](const QString &message, std::optional<qsizetype> offset) {
        m_error = InputError{QStringLiteral("request"), message, offset};
    };
    if (m_text.trimmed().isEmpty())
        return fail(tr("The request is empty. It must be a JSON object, {\u2026}."), 0);
    const Result<QJsonDocument> json = readJson(m_text, u"request"_s);
    if (!json) {
        m_error = json.error();
        return;
    }
    const QJsonDocument &document = *json;
    if (!document.isObject())
        return fail(tr("The request must be a JSON object, {\u2026}, not a list."), 0);
    if (!m_dialect)
        return;
    const Result<ChatRequest> chat = m_dialect->fromJson(document.object());
    if (!chat) {
        // Valid JSON that the dialect cannot read can still be sent on purpose: it is only more
        // than the form can show.
        m_fits = false;
        return;
    }
    // Some dialects name the model, and whether to stream, in the path: their text says nothing.
    const bool inPath = m_dialect->facts().modelInPath();
    ChatRequest read = *chat;
    if (inPath) {
        read.model = m_chat.model;
        read.stream = m_chat.stream;
    }
    m_chat = read;
    const QJsonObject written = m_dialect->toJson(m_chat);
    m_verbatim = written != document.object();
    // A request that says nothing about streaming means the same as one that says no.
    QJsonObject meant = document.object();
    if (!inPath && !meant.contains(QLatin1StringView("stream")))
        meant.insert(QLatin1StringView("stream"), false);
    // Messages in "extra" are of a kind that the form cannot show.
    const QStringList members{u"messages"_s, u"contents"_s, u"input"_s};
    const bool foreign = std::any_of(members.begin(), members.end(), [this](const QString &name) {
        return m_chat.extra.contains(name);
    });
    m_fits = written == meant && !foreign;
}

} // namespace Retryscope
