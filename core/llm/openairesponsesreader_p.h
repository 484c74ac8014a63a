// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/blocktracker_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <QtCore/QSet>

#include <utility>

namespace Retryscope {

//! \brief Reads the events of OpenAI's Responses, of OpenAI and of the servers that resemble it.
class OpenAiResponsesReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readOther(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const JsonSlice &answer, EventReading &reading) override;
    QString answerMember() const override;

private:
    //! The members of one event; which of them mean something is known only behind the last one.
    struct Event
    {
        QString type;
        int outputIndex = 0;
        //! Of the content or of the summary.
        int partIndex = 0;
        //! "text", "arguments" or "input", which repeat what came in deltas.
        QString whole;
        QString message;
        QString code;
        JsonSlice error;
        JsonSlice annotation;
        JsonSlice item;
        JsonSlice response;
        JsonSlice logprobs;
        //! Something else that an answer may need.
        bool unknown = false;
    };

    using Part = std::pair<int, int>;

    void readMember(std::string_view key, Value value, Event &event, DeltaList &deltas);
    void finishEvent(const Event &event, EventReading &reading);
    void finishOther(const Event &event, QByteArrayView text, EventReading &reading);
    void finishText(DeltaKind kind, const Event &event, DeltaList &deltas);
    void finishArguments(const Event &event, EventReading &reading);
    bool takeRepetition(const Event &event, DeltaList &deltas);
    void beginItem(const JsonSlice &item, int index, EventReading &reading);
    void endItem(const JsonSlice &item, int index, DeltaList &deltas);
    void endResponse(const Event &event, EventReading &reading);
    void addStatus(const JsonSlice &response, const QString &otherwise, DeltaList &deltas);
    void addItems(const JsonSlice &output, DeltaList &deltas);
    void addItem(const JsonSlice &item, int index, DeltaList &deltas);
    void addMessage(const JsonSlice &item, DeltaList &deltas);
    void readUsage(const JsonSlice &usage, DeltaList &deltas);
    bool sawPart(Part part);

    BlockTracker m_items;
    //! Whose text or arguments came in deltas.
    QSet<Part> m_parts;
    QSet<int> m_partItems; // the items they belong to
    Part m_reasoning{-1, -1};
    bool m_sawError = false;
    bool m_sawItem = false;
};

} // namespace Retryscope
