// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>

namespace Retryscope {

//! \brief One message of a chat.
struct RETRYSCOPE_EXPORT ChatMessage
{
    //! "user" or "assistant"; the system prompt has a field of its own.
    QString role;
    QString content;

    friend bool operator==(const ChatMessage &, const ChatMessage &) = default;
};

//! \brief A chat, before any dialect has put it into its own words. A value.
struct RETRYSCOPE_EXPORT ChatRequest
{
    QString model;
    QString system;
    QList<ChatMessage> messages;
    bool stream = true;
    //! Everything else the person put into the JSON ("temperature", "tools"), in the dialect's own
    //! terms, untouched.
    QJsonObject extra;

    friend bool operator==(const ChatRequest &, const ChatRequest &) = default;
};

} // namespace Retryscope
