// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/base/result.h"

#include <QtCore/QString>
#include <QtCore/QUrl>

namespace Retryscope {

class Dialect;

//! \brief Where to send: the sandbox or a URL, as a person types it.
//!
//! "sandbox" (over TLS where the fault plan has faults that need it, else plain), "sandbox+http",
//! "sandbox+https", "sandbox+h2" (HTTP/2, over TLS), each with an optional ":/path"; or an http or
//! https URL, a base or the whole endpoint: the dialect's path is appended unless the URL's path
//! already ends with it, and what both have ("/v1", "/api") is not doubled. A whole endpoint is
//! sent to as it was typed, and so is whatever a raw request (Dialect::raw()) names.
struct RETRYSCOPE_EXPORT Endpoint
{
    enum class SandboxScheme { Auto, Http, Https, Http2 };

    bool isSandbox = true;
    SandboxScheme sandboxScheme = SandboxScheme::Auto;
    //! The whole URL; for the sandbox only its path is set.
    QUrl url;

    //! Whether it speaks TLS, given what the plan needs.
    bool speaksTls(bool planNeedsTls) const;

    //! \a model and \a stream matter where the path names them; no model is the default one.
    static Result<Endpoint> parse(const QString &text, const Dialect &dialect,
                                  const QString &model = {}, bool stream = true);

    friend bool operator==(const Endpoint &, const Endpoint &) = default;
};

} // namespace Retryscope
