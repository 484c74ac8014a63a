// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/blocktracker_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <vector>

namespace Retryscope {

//! \brief Reads the events of Anthropic's Messages. (Bedrock carries them too.)
class AnthropicReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const QJsonObject &answer, EventReading &reading) override;
    QString answerMember() const override;

private:
    //! The members of one event; which of them mean something is known only behind the last one.
    struct Event
    {
        QString type;
        int index = 0;
        QString deltaType;
        QJsonObject message;
        QJsonObject block;
        QString blockText;
        QJsonObject messageDelta; // a "delta" without a type
        QJsonValue usage;
        QJsonValue error;
    };

    struct OpenTool
    {
        int index;
        bool sawArguments;
    };

    void readMember(std::string_view key, Value value, Event &event, DeltaList &deltas);
    void readDelta(Value value, Event &event, DeltaList &deltas);
    void finishEvent(Event &event, EventReading &reading);
    void finishDelta(const Event &event, EventReading &reading);
    void beginBlock(const QJsonObject &block, const QString &text, int index, DeltaList &deltas);
    void endBlock(int index, DeltaList &deltas);
    void readUsage(const QJsonValue &usage, DeltaList &deltas);

    BlockTracker m_blocks;
    std::vector<OpenTool> m_tools;
};

} // namespace Retryscope
