// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/llm/chatrequest.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QLatin1StringView>

#include <optional>

//! \file
//! \brief What the requests of several dialects have in common.

namespace Retryscope {

//! \brief How a dialect writes the messages of a chat.
struct MessageForm
{
    //! The member that holds them: "messages".
    QLatin1StringView member;
    //! The system prompt: a first message of this role, or a member of its own.
    QLatin1StringView systemRole = {};
    QLatin1StringView systemMember = {};
    //! What the dialect calls the assistant.
    QLatin1StringView assistant = QLatin1StringView("assistant");
    //! The member of a message that holds its text; with parts, a list of objects with a "text".
    QLatin1StringView content = QLatin1StringView("content");
    bool parts = false;
    //! The system prompt in its own member: a text; a list of parts; an object with a list of
    //! parts.
    enum class System { Text, Parts, Content } system = System::Text;
    //! The member may be one text instead, which the form does not show.
    bool plainInput = false;
};

//! Writes system and messages into \a json, unless it has members of those names: what is in
//! ChatRequest::extra stays as it is.
void writeMessages(const ChatRequest &request, const MessageForm &form, QJsonObject &json);

//! Takes system and messages out of request.extra, where the form can show all of them; else they
//! stay there whole.
std::optional<InputError> readMessages(const MessageForm &form, ChatRequest &request);

//! Takes "model" and "stream" out of request.extra. \a example: a model, for the error's text.
std::optional<InputError> readModelAndStream(ChatRequest &request, const QString &example,
                                             bool streamByDefault);

//! A member that is sent where the person says nothing of it; undefined: none. Null in \a json,
//! which is ChatRequest::extra until then, keeps it out, so that no request is changed by a trip
//! through the form.
void writeDefault(QLatin1StringView member, const QJsonValue &value, QJsonObject &json);
//! The reverse: in request.extra only what differs from \a value is left.
void readDefault(QLatin1StringView member, const QJsonValue &value, ChatRequest &request);

} // namespace Retryscope
