// SPDX-License-Identifier: MIT
#include "core/llm/dialect.h"

#include "core/llm/openaichat_p.h"

#include <algorithm>

namespace Retryscope {

EventReader::~EventReader() = default;

Dialect::~Dialect() = default;

void EventReading::clear()
{
    deltas.clear();
    terminal = false;
    damage.clear();
    damageOffset = 0;
}

void EventReader::finish(EventReading &reading)
{
    reading.clear();
}

const std::vector<const Dialect *> &Dialect::all()
{
    static const OpenAiChat openAiChat;
    static const std::vector<const Dialect *> dialects{&openAiChat};
    return dialects;
}

const Dialect *Dialect::find(const QString &id)
{
    const auto &dialects = all();
    const auto found = std::find_if(dialects.begin(), dialects.end(),
                                    [&id](const Dialect *dialect) { return dialect->id() == id; });
    return found == dialects.end() ? nullptr : *found;
}

QStringList Dialect::ids()
{
    QStringList ids;
    for (const Dialect *dialect : all())
        ids.append(dialect->id());
    return ids;
}

} // namespace Retryscope
