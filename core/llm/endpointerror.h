// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QString>

#include <chrono>
#include <optional>

namespace Retryscope {

//! \brief What the body of an HTTP error says. Each may be missing.
struct RETRYSCOPE_EXPORT EndpointError
{
    //! One line, shortened.
    QString message;
    //! The provider's words: "invalid_request_error", "RESOURCE_EXHAUSTED".
    QString type;
    QString code;
    QString requestId;
    //! Google says how long to wait in the body only.
    std::optional<std::chrono::milliseconds> retryDelay;
};

} // namespace Retryscope
