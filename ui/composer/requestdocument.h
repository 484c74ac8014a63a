// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/llm/chatrequest.h"
#include "core/llm/dialect.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QObject>
#include <QtCore/QString>

#include <optional>

namespace Retryscope {

struct Scenario;

//! \brief The request that the form and the JSON editor both show. Text that is no valid request is
//! kept as it was typed, with the reason; the chat is then the last valid one. So it is while the
//! request is raw.
class RequestDocument final : public QObject
{
    Q_OBJECT
public:
    explicit RequestDocument(QObject *parent = nullptr);

    const Dialect *dialect() const { return m_dialect; }

    //! Puts the chat into another dialect's words; a text with a mistake in it stays as it is.
    void setDialect(const Dialect *dialect);

    const ChatRequest &chat() const { return m_chat; }

    //! What the form says; only while there is no error.
    void setChat(const ChatRequest &chat);

    const QString &text() const { return m_text; }

    //! What the JSON editor says.
    void setText(const QString &text);

    //! What is wrong with the text, with its place.
    const std::optional<InputError> &error() const { return m_error; }

    //! True if the form shows all of it or keeps it as ChatRequest::extra; false where the JSON
    //! holds more than a form can (messages with pictures, say): then only the JSON can be edited.
    bool fitsForm() const { return !m_error && m_fits; }

    //! Any text is the body of a request: Dialect::raw().
    bool isRaw() const;

    void load(const Scenario &scenario);
    void store(Scenario *scenario) const;

Q_SIGNALS:
    void changed();

private:
    void parse();
    void write();
    void writeChat();

    const Dialect *m_dialect = nullptr;
    ChatRequest m_chat;
    QString m_text;
    std::optional<InputError> m_error;
    bool m_fits = true;
    //! The text says what the form shows, in other words: it is sent as it stands.
    bool m_verbatim = false;
};

//! "Line 3, column 7: " for an offset in \a text, both counted from 1.
QString placeWords(const QString &text, qsizetype offset);

//! The JSON that \a text is; otherwise why and where it is none, as a mistake of \a field.
Result<QJsonDocument> readJson(const QString &text, const QString &field);

} // namespace Retryscope
