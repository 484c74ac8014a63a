// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/blocktracker_p.h"
#include "core/llm/jsoneventreader_p.h"

namespace Retryscope {

//! \brief Reads the events of Cohere's chat, version 2, and the lines of version 1.
class CohereReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readOther(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const JsonSlice &answer, EventReading &reading) override;

    QString answerMember() const override { return QStringLiteral("a message"); }

private:
    //! The members of one event; which of them mean something is known only behind the last one.
    struct Event
    {
        QString type;
        int index = 0;
        QString text; // version 1
        QString finishReason;
        JsonSlice error;
        QString errorType;
        JsonSlice usage;
        JsonSlice citations;
        QString toolId;
        QString toolName;
        JsonSlice toolDelta; // version 1
        JsonSlice response;
    };

    void readMember(std::string_view key, Value value, Event &event, DeltaList &deltas);
    void readDelta(Value value, Event &event, DeltaList &deltas);
    void readMessage(Value value, Event &event, DeltaList &deltas);
    void readContent(Value value, DeltaList &deltas);
    void readTool(Value value, Event &event, DeltaList &deltas);
    void finishEvent(const Event &event, EventReading &reading);
    void beginTool(const Event &event, EventReading &reading);
    void endMessage(const Event &event, EventReading &reading);
    void addFailure(const QString &reason, const Event &event, DeltaList &deltas);
    void addCitations(const JsonSlice &citations, DeltaList &deltas);
    void addCalls(const JsonSlice &calls, DeltaList &deltas);
    void readUsage(const JsonSlice &usage, DeltaList &deltas);

    BlockTracker m_tools;
};

} // namespace Retryscope
