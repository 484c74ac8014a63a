// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/dialectvoice_p.h"
#include "core/wire/http1.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace Retryscope {

//! \brief What a request is about.
struct Route
{
    enum class Target {
        Nothing, //!< there is no such path
        Chat,
        Models,
        Version, //!< Ollama's, which its clients ask for
    };

    //! Whose words the answer is in; for a path that nobody has, who is likely meant. Never null.
    const DialectVoice *voice = nullptr;
    Target target = Target::Nothing;
    CallPath path;

    //! What may be done there: "POST", or "GET, HEAD".
    QByteArray allowed() const { return target == Target::Chat ? "POST" : "GET, HEAD"; }

    bool allows(const QByteArray &method) const;
};

Route routeOf(const HttpRequestParser &request);
//! Every path, for who asked for another: a sentence.
QString knownPaths();
//! The path alone: no query, and no "http://host" as clients of a proxy send it.
QByteArray pathOf(const QByteArray &target);

} // namespace Retryscope
