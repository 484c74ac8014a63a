// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <optional>

namespace Retryscope {

//! Deeper nesting than this is taken for an attack on the stack, not for an answer.
inline constexpr int DeepestJson = 512;

//! \brief What is wrong with a JSON text, and at which byte.
struct JsonFault
{
    qsizetype offset = 0;
    //! A clause: "a comma or } was expected".
    QString reason;
};

//! \brief Checks a whole JSON text by RFC 8259 and points at the first byte that breaks it; none if
//! it is sound. Half a character in an escape is no fault.
//!
//! simdjson is fast at saying that something is wrong, but where it points differs from release to
//! release. This runs only on texts that it has refused.
RETRYSCOPE_EXPORT std::optional<JsonFault> findJsonFault(QByteArrayView text);

} // namespace Retryscope
