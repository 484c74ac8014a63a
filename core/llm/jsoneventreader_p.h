// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialect.h"
#include "core/llm/eventtemplate_p.h"
#include "core/llm/jsonwalker_p.h"
#include "core/llm/surrogatejoiner_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>

#include <optional>

namespace Retryscope {

//! \brief What the readers of all dialects whose events are JSON objects have in common.
class JsonEventReader : public EventReader
{
public:
    void read(QByteArrayView type, QByteArrayView data, EventReading &reading) final;
    void undo() override;
    void finish(EventReading &reading) override;
    //! A whole answer that was not streamed.
    void readWhole(QByteArrayView body, EventReading &reading);

protected:
    using Value = JsonWalker::Value;
    using Kind = JsonWalker::Kind;

    //! \a text begins with a brace.
    virtual void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) = 0;
    //! Any other text that is not empty; false where the dialect has no such events.
    virtual bool readOther(QByteArrayView type, QByteArrayView text, EventReading &reading);
    //! A whole answer, an object or a list of them: the default has each object of it read by
    //! readAnswer(), and the error it may have.
    virtual void readBody(QByteArrayView text, EventReading &reading);
    //! One object of a whole answer; false where it is none.
    virtual bool readAnswer(const JsonSlice &answer, EventReading &reading);
    //! What a whole answer has to have, for a sentence: "choices".
    virtual QString answerMember() const = 0;

    //! Walks \a text; false where it is no sound JSON: then the deltas are gone, half of a broken
    //! event is no part of an answer, and the damage is set.
    template <typename Visit>
    bool walk(QByteArrayView text, EventReading &reading, Visit &&visit)
    {
        const auto fault = m_walker.walk(text, std::forward<Visit>(visit));
        if (fault)
            setDamage(*fault, reading);
        return !fault;
    }

    //! A delta, unless the text is empty or none.
    void addText(DeltaKind kind, Value value, DeltaList &deltas);
    static void addText(DeltaKind kind, const QString &text, DeltaList &deltas, int choice = 0);
    static void addOther(const QString &part, const QString &json, DeltaList &deltas);
    //! A part that nobody here knows, kept as it came, unless it says nothing (null, 0, empty).
    //! \a repeats: and unless the last one of that name said the same: what describes the whole
    //! answer is repeated in every event by some servers.
    void addUnknown(std::string_view name, Value value, bool repeats, DeltaList &deltas);
    void addError(const QString &message, const QString &type, DeltaList &deltas);
    //! The error \a error, in whatever shape; nothing where it says nothing: some servers send
    //! null, false or an empty one with every event.
    void addError(const JsonSlice &error, DeltaList &deltas);
    static void addUsage(const Usage &usage, DeltaList &deltas);
    //! A count of a usage; what stands there and is none is kept as it came, under \a name.
    static std::optional<qint64> count(QLatin1StringView name, const JsonSlice &value,
                                       DeltaList &deltas);
    std::optional<qint64> count(std::string_view name, Value value, DeltaList &deltas);
    //! The choice ends: half a character that waited for its other half comes first. Where the
    //! reason is a failure, the error is added too, unless one came before.
    void addStop(const QString &reason, DeltaList &deltas, int choice = 0);
    //! The stream ends.
    void end(EventReading &reading);
    //! Joins halves of characters in what was added so far; done by itself behind readObject().
    void join(DeltaList &deltas);
    //! A text or a number as text.
    QString scalar(Value value);

    //! The event just read changed nothing but the answer's text: the next one like it means the
    //! same, but for that text. To be called by readObject().
    void allowTemplate() { m_templateAllowed = true; }

    //! The next event is read whole, however much it resembles the last.
    void forgetTemplate() { m_template.forget(); }

    //! The part is at its end: half a character of it stays alone. \a toolIndex: see Delta.
    void endPart(int toolIndex, DeltaList &deltas);
    //! An index that a server made up must not become a huge or negative one.
    static int saneIndex(std::optional<qint64> value, int otherwise);

    static void setDamage(const JsonFault &fault, EventReading &reading);

    JsonWalker m_walker;

private:
    bool isRepeated(const QByteArray &name, QByteArrayView part);

    SurrogateJoiner m_joiner;
    SurrogateJoiner m_joinerBefore; // the latest event
    std::size_t m_joined = 0;       // deltas of this event that have been through it
    EventTemplate m_template;
    bool m_templateAllowed = false;
    bool m_failed = false;                   // an error came
    QHash<QByteArray, QByteArray> m_unknown; // by name: the last one
};

} // namespace Retryscope
