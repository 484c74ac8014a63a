// SPDX-License-Identifier: MIT
#include "core/llm/dialects_p.h"

namespace Retryscope {

std::vector<std::unique_ptr<const Dialect>> createDialects()
{
    std::vector<std::unique_ptr<const Dialect>> dialects;
    dialects.push_back(createOpenAiChat());
    return dialects;
}

} // namespace Retryscope
