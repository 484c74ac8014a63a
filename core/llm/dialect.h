// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"
#include "core/llm/chatrequest.h"
#include "core/llm/delta.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <memory>
#include <vector>

namespace Retryscope {

//! \brief A header that a dialect's requests carry.
struct RETRYSCOPE_EXPORT HeaderField
{
    QByteArray name;
    QByteArray value;

    friend bool operator==(const HeaderField &, const HeaderField &) = default;
};

//! \brief What an event meant to its dialect.
struct RETRYSCOPE_EXPORT EventReading
{
    std::vector<Delta> deltas;
    //! The event that ends a whole stream.
    bool terminal = false;
    //! Set where the event's data is not what the dialect's grammar allows: why (a clause without
    //! capital and full stop, for a longer sentence), and where in the data.
    QString damage;
    qsizetype damageOffset = 0;

    void clear();
};

//! \brief Reads the events of one stream. Has the stream's state; one object a stream.
class RETRYSCOPE_EXPORT EventReader
{
public:
    EventReader() = default;
    virtual ~EventReader();
    EventReader(const EventReader &) = delete;
    EventReader &operator=(const EventReader &) = delete;

    //! \a reading is cleared and filled; the caller reuses it, so that in the long run an event
    //! allocates nothing but its texts.
    virtual void read(QByteArrayView type, QByteArrayView data, EventReading &reading) = 0;
    //! The stream has ended: what was held back for a continuation that never came. The default
    //! clears \a reading.
    virtual void finish(EventReading &reading);
};

//! \brief An LLM wire format. Stateless; one object a format, alive as long as the program.
class RETRYSCOPE_EXPORT Dialect
{
public:
    Dialect() = default;
    virtual ~Dialect();
    Dialect(const Dialect &) = delete;
    Dialect &operator=(const Dialect &) = delete;

    //! "openai-chat".
    virtual QString id() const = 0;
    //! "OpenAI Chat".
    virtual QString name() const = 0;
    //! The endpoint path behind a base URL: "/v1/chat/completions".
    virtual QString path() const = 0;
    //! A model to start with.
    virtual QString defaultModel() const = 0;
    //! The headers that carry the key; none without a key.
    virtual QList<HeaderField> authentication(const QByteArray &key) const = 0;

    virtual QJsonObject toJson(const ChatRequest &request) const = 0;
    //! The reverse, for what the form can show; members it does not know go to ChatRequest::extra
    //! untouched. Messages that the form cannot show (parts instead of a text, tools, other roles)
    //! stay whole in extra["messages"]; then system and messages are empty, and toJson() sends what
    //! extra has.
    virtual Result<ChatRequest> fromJson(const QJsonObject &json) const = 0;

    virtual std::unique_ptr<EventReader> createEventReader() const = 0;
    //! The whole body of an answer that was not streamed: terminal if it is one, or an error;
    //! damage if it is neither.
    virtual EventReading readWhole(QByteArrayView body) const = 0;
    //! The message in the body of an HTTP error, in whatever shape it comes; empty if there is
    //! none.
    virtual QString errorMessage(QByteArrayView body) const = 0;
    //! The response header that identifies the request to the provider's support: "x-request-id".
    virtual QByteArray requestIdHeader() const = 0;

    //! Every dialect, in the order they are offered.
    static const std::vector<const Dialect *> &all();
    //! Null if there is none.
    static const Dialect *find(const QString &id);
    static QStringList ids();
};

} // namespace Retryscope
