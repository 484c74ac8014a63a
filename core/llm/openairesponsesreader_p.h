// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/blocktracker_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <utility>
#include <vector>

namespace Retryscope {

//! \brief Reads the events of OpenAI's Responses, of OpenAI and of the servers that resemble it.
class OpenAiResponsesReader final : public JsonEventReader
{
protected:
    void readObject(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readOther(QByteArrayView type, QByteArrayView text, EventReading &reading) override;
    bool readAnswer(const QJsonObject &answer, EventReading &reading) override;
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
        QJsonValue error;
        QString annotation;
        QJsonObject item;
        QString itemText;
        QJsonObject response;
    };

    using Part = std::pair<int, int>;

    void readMember(std::string_view key, Value value, Event &event, DeltaList &deltas);
    void finishEvent(const Event &event, EventReading &reading);
    void finishText(DeltaKind kind, const Event &event, DeltaList &deltas);
    void finishArguments(const Event &event, EventReading &reading);
    bool takeRepetition(const Event &event, DeltaList &deltas);
    void beginItem(const QJsonObject &item, int index, EventReading &reading);
    void endItem(const QJsonObject &item, const QString &text, int index, DeltaList &deltas);
    void endResponse(const Event &event, EventReading &reading);
    void addItem(const QJsonObject &item, int index, DeltaList &deltas);
    void addMessage(const QJsonObject &item, DeltaList &deltas);
    void readUsage(const QJsonValue &usage, DeltaList &deltas);
    bool sawPart(Part part);
    bool hasPart(int outputIndex) const;

    BlockTracker m_items;
    //! Whose text or arguments came in deltas.
    std::vector<Part> m_parts;
    Part m_reasoning{-1, -1};
    bool m_sawError = false;
};

} // namespace Retryscope
