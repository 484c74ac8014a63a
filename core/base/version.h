// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QString>

//! \file
//! \brief The version of the library.

namespace Retryscope {

//! \brief The version of the library that runs, "0.1.0": set once, by project() in CMakeLists.txt.
RETRYSCOPE_EXPORT QString versionString();

} // namespace Retryscope
