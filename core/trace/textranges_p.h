// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QtGlobal>

#include <vector>

namespace Retryscope {

//! \brief A piece of a text, in UTF-16 units; \c end is the first that no longer belongs to it.
struct TextRange
{
    qsizetype begin = 0;
    qsizetype end = 0;
};

using TextRanges = std::vector<TextRange>;

} // namespace Retryscope
