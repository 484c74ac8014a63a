// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/blocktracker_p.h"
#include "core/llm/jsoneventreader_p.h"

#include <memory>

namespace Retryscope {

class AnthropicReader;

//! \brief Reads the messages of Bedrock's converse-stream; and those of
//! invoke-with-response-stream, where they carry the events of Anthropic or of Amazon's own models.
class BedrockReader final : public EventReader
{
public:
    BedrockReader();
    ~BedrockReader() override;

    void read(QByteArrayView type, QByteArrayView data, EventReading &reading) override;
    void undo() override;
    void finish(EventReading &reading) override;
    void readWhole(QByteArrayView body, EventReading &reading);

private:
    class Converse;

    void readChunk(QByteArrayView data, EventReading &reading);
    void addForeign(const JsonSlice &event, EventReading &reading);
    bool readAmazons(const JsonSlice &event, EventReading &reading);

    std::unique_ptr<Converse> m_converse;
    std::unique_ptr<AnthropicReader> m_invoked;
};

} // namespace Retryscope
