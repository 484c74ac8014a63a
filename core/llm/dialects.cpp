// SPDX-License-Identifier: MIT
#include "core/llm/dialects_p.h"

namespace Retryscope {

std::vector<std::unique_ptr<const Dialect>> createDialects()
{
    std::vector<std::unique_ptr<const Dialect>> dialects;
    dialects.push_back(createOpenAiChat());
    dialects.push_back(createOpenAiResponses());
    dialects.push_back(createAnthropic());
    dialects.push_back(createGemini());
    dialects.push_back(createOllama());
    dialects.push_back(createCohere());
    dialects.push_back(createBedrockConverse());
    return dialects;
}

} // namespace Retryscope
