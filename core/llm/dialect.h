// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"
#include "core/llm/chatrequest.h"
#include "core/llm/deltalist.h"
#include "core/llm/dialectfacts.h"
#include "core/llm/endpointerror.h"
#include "core/llm/headerfield.h"
#include "core/llm/modellist.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QUrl>

#include <memory>
#include <optional>
#include <vector>

namespace Retryscope {

//! \brief What an event meant to its dialect.
struct RETRYSCOPE_EXPORT EventReading
{
    DeltaList deltas;
    //! The event that ends a whole stream.
    bool terminal = false;
    //! Every choice so far has its finish reason with this event. Where streams have no terminal
    //! event, it may have been the last one, if the stream ends here.
    bool closing = false;
    //! Something came for a choice that had its finish reason.
    bool reopened = false;
    //! An answer began with it, if only with its head: a stream that ends without one is no answer.
    bool begun = false;
    //! Set where the event's data is not what the dialect's grammar allows: why (a clause without
    //! capital and full stop, for a longer sentence), and where in the data.
    QString damage;
    qsizetype damageOffset = 0;
    //! What is odd about the event, and no damage: sentences.
    QStringList oddities;
    //! Halves of characters that have become U+FFFD in this stream so far.
    qint64 halves = 0;

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
    //! allocates nothing but what it says new.
    virtual void read(QByteArrayView type, QByteArrayView data, EventReading &reading) = 0;
    //! The event just read, which the end of the stream cut, is none after all. finish() follows.
    //! The default does nothing.
    virtual void undo();
    //! The stream has ended: what was held back for a continuation that never came. The default
    //! clears \a reading.
    virtual void finish(EventReading &reading);
};

//! \brief An LLM wire format. Stateless; one object a format, alive as long as the program.
class RETRYSCOPE_EXPORT Dialect
{
public:
    explicit Dialect(const DialectFacts &facts);
    virtual ~Dialect();
    Dialect(const Dialect &) = delete;
    Dialect &operator=(const Dialect &) = delete;

    //! Everything about it that is data: paths, headers, how its streams end.
    const DialectFacts &facts() const { return m_facts; }

    //! "openai-chat".
    QString id() const { return m_facts.id; }

    //! "OpenAI Chat".
    QString name() const { return m_facts.name; }

    //! A model to start with.
    QString defaultModel() const { return m_facts.defaultModel; }

    //! The endpoint path behind a base URL, for its default model and a stream:
    //! "/v1/chat/completions". Without the query: see DialectFacts::streamQuery.
    QString path() const { return pathFor(defaultModel(), true); }

    //! The path where it names the model or whether to stream (Gemini, Bedrock), percent-encoded;
    //! for the other dialects always the same.
    QString pathFor(const QString &model, bool stream) const;
    //! The headers that carry the key; none without a key.
    //! \a url: some servers that speak it want the key elsewhere.
    QList<HeaderField> authentication(const QByteArray &key, const QUrl &url = {}) const;
    //! Who answers at \a url, by its host; null where nobody is known by it.
    const DialectFlavour *flavourAt(const QUrl &url) const;
    //! The header that identifies the request to the provider's support: "x-request-id".
    QByteArray requestIdHeader() const;

    //! The body. Where the path names the model (DialectFacts::modelInPath) it has neither model
    //! nor stream.
    virtual QJsonObject toJson(const ChatRequest &request) const = 0;
    //! The reverse, for what the form can show; members it does not know go to ChatRequest::extra
    //! untouched. Messages that the form cannot show (parts instead of a text, tools, other roles)
    //! stay whole in extra; then system and messages are empty, and toJson() sends what extra has.
    //! Where the path names the model, model and stream are those of a ChatRequest{}: keep yours.
    virtual Result<ChatRequest> fromJson(const QJsonObject &json) const = 0;

    virtual std::unique_ptr<EventReader> createEventReader() const = 0;
    //! The whole body of an answer that was not streamed: terminal if it is one, or an error;
    //! damage if it is neither.
    virtual EventReading readWhole(QByteArrayView body) const = 0;
    //! How a stream is cut into events, by the first byte of its body: some dialects have two ways.
    virtual StreamFraming framingOf(char firstByte) const;

    //! The message in the body of an HTTP error, in whatever shape it comes; empty if there is
    //! none.
    QString errorMessage(QByteArrayView body) const;
    //! The same with the provider's type and code, and the wait it asks for in the body.
    EndpointError readError(QByteArrayView body) const;
    //! What the endpoint answered to GET DialectFacts::modelsPath.
    Result<ModelList> readModels(QByteArrayView body) const;

    //! Every dialect, in the order they are offered.
    static const std::vector<const Dialect *> &all();
    //! Any HTTP request: no model, no path, no chat; the body is what a person writes, and of the
    //! answer only what HTTP and Server-Sent Events say is judged. Not in all(), which are formats.
    static const Dialect *raw();
    //! One of all(), or raw(). Null if there is none.
    static const Dialect *find(const QString &id);
    //! Those of all().
    static QStringList ids();

private:
    const DialectFacts m_facts;
};

} // namespace Retryscope
