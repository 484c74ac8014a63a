// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtNetwork/QNetworkProxy>

namespace Retryscope {

//! Reads "[scheme://][user:password@]host[:port]". The error has no field, and no part of the text
//! but its scheme.
Result<QNetworkProxy> parseProxyUrl(const QString &text);

//! The scheme of \a text where it has one that looks like one; lower case.
QString proxyScheme(const QString &text);

} // namespace Retryscope
