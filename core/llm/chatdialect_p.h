// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/chatjson_p.h"
#include "core/llm/dialect.h"

namespace Retryscope {

//! \brief A dialect whose requests are messages in one form.
class ChatDialect : public Dialect
{
public:
    ChatDialect(const DialectFacts &facts, const MessageForm &form);

    QJsonObject toJson(const ChatRequest &request) const final;
    Result<ChatRequest> fromJson(const QJsonObject &json) const final;

protected:
    //! Puts into a request what the dialect sends by itself; the default nothing.
    virtual void addDefaults(const ChatRequest &request, QJsonObject &json) const;
    //! The reverse, for a request that was read: takes out of its extra what addDefaults() puts
    //! there.
    virtual void takeDefaults(ChatRequest &request) const;

private:
    const MessageForm m_form;
};

//! \brief The same, with streams and whole answers that \a Reader reads.
template <typename Reader>
class ReadDialect : public ChatDialect
{
public:
    using ChatDialect::ChatDialect;

    std::unique_ptr<EventReader> createEventReader() const final
    {
        return std::make_unique<Reader>();
    }

    EventReading readWhole(QByteArrayView body) const final
    {
        EventReading reading;
        Reader().readWhole(body, reading);
        return reading;
    }
};

} // namespace Retryscope
