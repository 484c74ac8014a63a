// SPDX-License-Identifier: MIT
#include "core/llm/deltalist.h"

namespace Retryscope {

namespace {

//! Not clear(), which gives the room back.
void makeEmpty(QString &text)
{
    if (!text.isEmpty())
        text.resize(0);
}

} // namespace

Delta &DeltaList::add(DeltaKind kind)
{
    if (m_size == m_deltas.size()) {
        m_deltas.emplace_back();
        m_deltas.back().kind = kind;
        ++m_size;
        return m_deltas.back();
    }
    Delta &delta = m_deltas[m_size++];
    if (delta.kind == DeltaKind::Usage)
        delta.usage = {};
    delta.kind = kind;
    delta.choice = delta.toolIndex = 0;
    delta.toolEnd = false;
    makeEmpty(delta.text);
    makeEmpty(delta.toolId);
    makeEmpty(delta.toolName);
    makeEmpty(delta.errorType);
    makeEmpty(delta.part);
    return delta;
}

} // namespace Retryscope
