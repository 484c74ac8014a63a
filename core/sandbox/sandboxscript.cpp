// SPDX-License-Identifier: MIT
#include "core/sandbox/sandboxscript.h"

#include "core/sandbox/scriptparser_p.h"

namespace Retryscope {

SandboxScript::SandboxScript() : m_rules(std::make_shared<const QList<ScriptRule>>())
{}

SandboxScript::~SandboxScript() = default;
SandboxScript::SandboxScript(const SandboxScript &) = default;
SandboxScript &SandboxScript::operator=(const SandboxScript &) = default;

Result<SandboxScript> SandboxScript::fromJson(const QByteArray &text)
{
    const Result<QList<ScriptRule>> rules = ScriptParser().parse(text);
    if (!rules)
        return rules.error();
    SandboxScript script;
    script.m_rules = std::make_shared<const QList<ScriptRule>>(*rules);
    return script;
}

const QList<ScriptRule> &SandboxScript::rules() const
{
    return *m_rules;
}

} // namespace Retryscope
