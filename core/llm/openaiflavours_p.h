// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialectflavour.h"

#include <QtCore/QList>

namespace Retryscope {

//! \file
//! \brief Who speaks OpenAI's dialects, and how they differ, as data.

QList<DialectFlavour> openAiChatFlavours();
QList<DialectFlavour> openAiResponsesFlavours();

} // namespace Retryscope
