// SPDX-License-Identifier: MIT
#include "core/llm/delta.h"

namespace Retryscope {

namespace {

void take(std::optional<qint64> &field, const std::optional<qint64> &newer)
{
    if (newer)
        field = newer;
}

} // namespace

void Usage::merge(const Usage &newer)
{
    take(inputTokens, newer.inputTokens);
    take(outputTokens, newer.outputTokens);
    take(reasoningTokens, newer.reasoningTokens);
    take(cachedInputTokens, newer.cachedInputTokens);
    take(totalTokens, newer.totalTokens);
}

} // namespace Retryscope

// Here, not in the one file for all: a program that links this room needs none above it.
#include "moc_delta.cpp"
