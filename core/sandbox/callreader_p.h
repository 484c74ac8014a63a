// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/sandbox/chatcall_p.h"

#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>

namespace Retryscope {

//! \brief Reads one request, and keeps the first thing that is wrong with it. What the dialects
//! have in common; each asks for its own members in its own order.
class CallReader
{
public:
    explicit CallReader(const QJsonObject &request) : m_request(request) {}

    bool failed() const { return m_failed; }

    //! The first complaint stays. Returns false.
    bool fail(const QString &param, const QString &message,
              const QString &code = QStringLiteral("invalid_value"));
    bool failMissing(const QString &param);

    //! A text that is not empty, into ChatCall::model.
    bool readModel();
    //! A flag that may be missing or null.
    bool readFlag(const QString &name, bool &flag);
    //! A whole number of 1 or more that may be missing or null. \a path: members separated by dots.
    bool readLimit(const QString &path);

    //! \a form says where the dialect keeps a message's role and text.
    struct MessageForm
    {
        QString member;  //!< "messages"
        QString content; //!< "content", or "parts"
        bool roleMayMiss = false;
    };

    bool readMessages(const MessageForm &form);
    //! Text before the messages: counts as prompt.
    void addPrompt(const QJsonValue &text);

    void setLastUserText(const QString &text) { m_lastUserText = text; }

    //! False: one of them has no name.
    bool addTool(const QString &member, const QJsonValue &name, const QJsonValue &schema);
    //! After the tools and messages. \a param: what to name in the error.
    bool choose(const QString &param, const ToolChoice &choice);

    QJsonValue value(const QString &path) const;

    const QJsonObject &request() const { return m_request; }

    ChatCall &call() { return m_call; }

    Result<ChatCall, ApiError> result() const;

private:
    const QJsonObject m_request; // operator[] of one that is not const would insert
    QString m_lastUserText;
    QList<OfferedTool> m_tools;
    ChatCall m_call;
    ApiError m_error;
    bool m_failed = false;
};

//! The text of a message's content: a string, or a list of parts, each with a "text".
QString textOfContent(const QJsonValue &content);

} // namespace Retryscope
