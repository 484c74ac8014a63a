// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/qglobal.h>

//! \file
//! \brief Marks what the shared library shows. Written by hand: a generated header would live in
//! the build tree and break the one include root.

#if defined(RETRYSCOPE_STATIC)
#    define RETRYSCOPE_EXPORT
#elif defined(RETRYSCOPE_BUILDING_CORE)
#    define RETRYSCOPE_EXPORT Q_DECL_EXPORT
#else
#    define RETRYSCOPE_EXPORT Q_DECL_IMPORT
#endif
