// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"

#include "core/llm/dialects_p.h"
#include "core/llm/errorbody_p.h"
#include "core/llm/jsonfault_p.h"
#include "core/llm/jsonslice_p.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

QString encoded(const QString &text)
{
    return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

//! The query for the next page, in the words of whichever provider sent \a list.
QString nextQuery(const JsonSlice &list)
{
    if (list["has_more"_L1].isTrue() && list["last_id"_L1].isString())
        return QString(u"after_id="_s % encoded(list["last_id"_L1].text()));
    const QString token = list["nextPageToken"_L1].text();
    if (!token.isEmpty())
        return QString(u"pageToken="_s % encoded(token));
    const QString page = list["next_page_token"_L1].text();
    return page.isEmpty() ? QString() : QString(u"page_token="_s % encoded(page));
}

QString modelId(const JsonSlice &model)
{
    for (const QLatin1StringView member : {"id"_L1, "modelId"_L1, "name"_L1, "model"_L1}) {
        const QString id = model[member].text();
        if (!id.isEmpty())
            return id.startsWith("models/"_L1) ? id.sliced(7) : id;
    }
    return {};
}

} // namespace

EventReader::~EventReader() = default;

Dialect::Dialect(const DialectFacts &facts) : m_facts(facts)
{}

Dialect::~Dialect() = default;

void EventReading::clear()
{
    deltas.clear();
    terminal = closing = reopened = begun = false;
    if (!damage.isEmpty())
        damage.clear();
    damageOffset = 0;
    if (!oddities.isEmpty())
        oddities.clear();
}

void EventReader::undo()
{}

void EventReader::finish(EventReading &reading)
{
    reading.clear();
}

QString Dialect::pathFor(const QString &model, bool stream) const
{
    QString path = stream || m_facts.wholePath.isEmpty() ? m_facts.path : m_facts.wholePath;
    return path.replace("{model}"_L1, encoded(model));
}

QList<HeaderField> Dialect::authentication(const QByteArray &key, const QUrl &url) const
{
    QList<HeaderField> headers = m_facts.headers;
    const DialectFlavour *const flavour = flavourAt(url);
    const HeaderField &field = flavour ? flavour->keyHeader : m_facts.keyHeader;
    if (!key.isEmpty() && !field.name.isEmpty())
        headers.prepend({field.name, field.value + key});
    return headers;
}

const DialectFlavour *Dialect::flavourAt(const QUrl &url) const
{
    const QString host = url.host();
    const auto found = std::find_if(
        m_facts.flavours.begin(), m_facts.flavours.end(), [&host](const DialectFlavour &flavour) {
            const QString base = flavour.baseUrl.section("//"_L1, 1);
            const QString its = base.section(u':', 0, 0);
            // Many servers answer at localhost, and their ports are only a habit.
            if (host.isEmpty() || its == "localhost"_L1)
                return false;
            return its.startsWith(u'{') ? host.endsWith(its.section(u'}', 1)) : host == its;
        });
    return found == m_facts.flavours.end() ? nullptr : &*found;
}

QByteArray Dialect::requestIdHeader() const
{
    return m_facts.requestIdHeaders.value(0);
}

StreamFraming Dialect::framingOf(char) const
{
    return m_facts.framing;
}

QString Dialect::errorMessage(QByteArrayView body) const
{
    return messageOfErrorBody(body);
}

EndpointError Dialect::readError(QByteArrayView body) const
{
    return errorOfBody(body);
}

Result<ModelList> Dialect::readModels(QByteArrayView body) const
{
    const std::optional<JsonFault> fault = findJsonFault(body);
    const JsonSlice list = fault ? JsonSlice() : JsonSlice(body);
    for (const QLatin1StringView member : {"data"_L1, "models"_L1, "modelSummaries"_L1}) {
        const JsonSlice entries = list[member];
        if (!entries.isArray())
            continue;
        ModelList models;
        const std::vector<JsonSlice> elements = entries.elements();
        for (const JsonSlice &entry : elements) {
            const QString id = modelId(entry);
            if (!id.isEmpty())
                models.ids.append(id);
        }
        models.nextQuery = nextQuery(list);
        return models;
    }
    return InputError{
        u"models"_s,
        fault ? u"The answer is no JSON: %1 at byte %2."_s.arg(fault->reason).arg(fault->offset)
              : u"The answer has no list of models."_s,
        {}};
}

const std::vector<const Dialect *> &Dialect::all()
{
    static const std::vector<std::unique_ptr<const Dialect>> owned = createDialects();
    static const std::vector<const Dialect *> dialects = [] {
        std::vector<const Dialect *> borrowed;
        for (const auto &dialect : owned)
            borrowed.push_back(dialect.get());
        return borrowed;
    }();
    return dialects;
}

const Dialect *Dialect::raw()
{
    static const std::unique_ptr<const Dialect> dialect = createRawHttp();
    return dialect.get();
}

const Dialect *Dialect::find(const QString &id)
{
    if (id == raw()->id())
        return raw();
    const auto &dialects = all();
    const auto found = std::find_if(dialects.begin(), dialects.end(),
                                    [&id](const Dialect *dialect) { return dialect->id() == id; });
    return found == dialects.end() ? nullptr : *found;
}

QStringList Dialect::ids()
{
    QStringList ids;
    for (const Dialect *dialect : all())
        ids.append(dialect->id());
    return ids;
}

} // namespace Retryscope
