// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialect.h"
#include "core/llm/jsonwalker_p.h"
#include "core/llm/surrogatejoiner_p.h"

namespace Retryscope {

//! \brief Reads the chunks of Chat Completions, of OpenAI and of the servers that resemble it.
class OpenAiChatReader final : public EventReader
{
public:
    void read(QByteArrayView type, QByteArrayView data, EventReading &reading) override;
    void finish(EventReading &reading) override;
    void readWhole(QByteArrayView body, EventReading &reading);

private:
    using Value = JsonWalker::Value;

    //! Some servers put an error's members at the top.
    struct FlatError
    {
        QString object;
        QString type;
        QString code;
        QString message;
    };

    struct Choice
    {
        int index;
        QString stop;
        bool sawDelta;
    };

    void readDocument(QByteArrayView text, bool errorEvent, EventReading &reading);
    void readMember(std::string_view key, Value value, std::vector<Delta> &deltas);
    void readChoice(Value value, int position, std::vector<Delta> &deltas);
    void readChoiceMember(std::string_view key, Value value, Choice &choice,
                          std::vector<Delta> &deltas);
    void readMessage(Value value, std::vector<Delta> &deltas);
    void readContent(Value value, std::vector<Delta> &deltas);
    void readPart(Value value, std::vector<Delta> &deltas);
    void readTool(Value value, int position, std::vector<Delta> &deltas);
    void readFunction(Value value, Delta &tool);
    void readUsage(Value value, std::vector<Delta> &deltas);
    void readCount(Value value, std::string_view wanted, std::optional<qint64> &count);
    void readError(Value value, std::vector<Delta> &deltas);
    void addText(DeltaKind kind, Value value, std::vector<Delta> &deltas);
    QString scalar(Value value);

    JsonWalker m_walker;
    SurrogateJoiner m_joiner;
    FlatError m_flat;
    bool m_sawError = false;
    bool m_sawChoices = false;
    std::vector<Delta> m_fallback; // of one choice, used where it has no delta
};

} // namespace Retryscope
