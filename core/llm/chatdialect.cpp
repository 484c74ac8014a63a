// SPDX-License-Identifier: MIT
#include "core/llm/chatdialect_p.h"

using namespace Qt::StringLiterals;

namespace Retryscope {

ChatDialect::ChatDialect(const DialectFacts &facts, const MessageForm &form)
    : Dialect(facts)
    , m_form(form)
{}

QJsonObject ChatDialect::toJson(const ChatRequest &request) const
{
    QJsonObject json = request.extra;
    if (!facts().modelInPath()) {
        if (!request.model.isEmpty())
            json.insert("model"_L1, request.model);
        json.insert("stream"_L1, request.stream);
    }
    writeMessages(request, m_form, json);
    addDefaults(request, json);
    return json;
}

Result<ChatRequest> ChatDialect::fromJson(const QJsonObject &json) const
{
    ChatRequest request;
    request.extra = json;
    if (!facts().modelInPath()) {
        if (auto error = readModelAndStream(request, defaultModel(), facts().streamsUnlessTold))
            return *error;
    }
    if (auto error = readMessages(m_form, request))
        return *error;
    takeDefaults(request);
    return request;
}

void ChatDialect::addDefaults(const ChatRequest &, QJsonObject &) const
{}

void ChatDialect::takeDefaults(ChatRequest &) const
{}

} // namespace Retryscope
