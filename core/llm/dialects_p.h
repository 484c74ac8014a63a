// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialect.h"

namespace Retryscope {

//! \file
//! \brief One function a dialect: each has a file of its own.

std::unique_ptr<const Dialect> createOpenAiChat();
std::unique_ptr<const Dialect> createOpenAiResponses();
std::unique_ptr<const Dialect> createAnthropic();
std::unique_ptr<const Dialect> createGemini();
std::unique_ptr<const Dialect> createOllama();
std::unique_ptr<const Dialect> createCohere();
std::unique_ptr<const Dialect> createBedrockConverse();
std::unique_ptr<const Dialect> createRawHttp();

//! \brief All of them but the raw one, in the order they are offered.
std::vector<std::unique_ptr<const Dialect>> createDialects();

} // namespace Retryscope
