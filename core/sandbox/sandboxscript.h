// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

#include <memory>

namespace Retryscope {

struct ScriptRule;

//! \brief What the sandbox answers to which request: a list of rules, the first one that fits
//! answers. Written in JSON; resources/help/sandbox.md says how. A value.
class RETRYSCOPE_EXPORT SandboxScript
{
public:
    //! No rules: everything is answered as usual.
    SandboxScript();
    ~SandboxScript();
    SandboxScript(const SandboxScript &);
    SandboxScript &operator=(const SandboxScript &);

    //! The error's field names the place ("rules[2].pauses[0].ms"), its message what is allowed
    //! there; where the text is no JSON at all, the offset points at the byte.
    static Result<SandboxScript> fromJson(const QByteArray &text);

    const QList<ScriptRule> &rules() const;

    //! As many bytes as a script may have.
    static constexpr qint64 largest = qint64(16) * 1024 * 1024;
    //! As many rules.
    static constexpr qsizetype longest = 1000;

private:
    std::shared_ptr<const QList<ScriptRule>> m_rules;
};

} // namespace Retryscope
