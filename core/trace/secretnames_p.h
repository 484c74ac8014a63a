// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/textranges_p.h"

#include <QtCore/QStringView>

namespace Retryscope {

//! \file
//! \brief The rule by name: which header fields, query parameters and JSON members carry
//! credentials, and where such values stand in running text.

bool isSecretHeaderName(QStringView name);
bool isSecretParameterName(QStringView name);
//! Of a JSON object; every secret header is one too.
bool isSecretMemberName(QStringView name);

//! How much of a field's value may stay: the scheme of "Bearer abc" and its blank, else nothing.
qsizetype publicPrefix(QStringView fieldValue);

//! The user information of URLs, values of secret query parameters, of header lines ("Cookie: a")
//! and of members of JSON text.
void findNamedSecrets(QStringView text, TextRanges &ranges);

} // namespace Retryscope
