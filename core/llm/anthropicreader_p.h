// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/blocktracker_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <QtCore/QHash>

namespace Retryscope {

//! \brief Reads the events of Anthropic's Messages. (Bedrock carries them too.)
class AnthropicReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const JsonSlice &answer, EventReading &reading) override;
    QString answerMember() const override;

private:
    //! The members of one event; which of them mean something is known only behind the last one.
    struct Event
    {
        QString type;
        int index = 0;
        QString deltaType;
        QString stopReason;
        JsonSlice stopSequence;
        JsonSlice message;
        JsonSlice block;
        JsonSlice usage;
        JsonSlice error;
    };

    void readMember(std::string_view key, Value value, Event &event, DeltaList &deltas);
    void readDelta(Value value, Event &event, DeltaList &deltas);
    void finishEvent(const Event &event, EventReading &reading);
    void finishDelta(const Event &event, EventReading &reading);
    void beginBlock(const JsonSlice &block, int index, DeltaList &deltas);
    void endBlock(int index, DeltaList &deltas);
    void endMessage(const Event &event, DeltaList &deltas);
    void readUsage(const JsonSlice &usage, DeltaList &deltas);

    BlockTracker m_blocks;
    QHash<int, bool> m_tools; // open ones; whether arguments of them came
};

} // namespace Retryscope
