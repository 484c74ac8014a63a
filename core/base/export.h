// SPDX-License-Identifier: MIT
#pragma once

//! \file
//! \brief Marks what the shared library shows. Written by hand: a generated header would live in
//! the build tree and break the one include root.

// moc reads this too, and has an opinion of its own about the standard.
#if !defined(Q_MOC_RUN) && __cplusplus < 202002L
#    error "Retryscope needs C++20: compile with -std=c++20, or link Retryscope::Core with CMake"
#endif

#include <QtCore/qglobal.h>

//! \def RETRYSCOPE_EXPORT
//! \brief Public classes and functions carry it. Empty with RETRYSCOPE_STATIC, which both packages
//! (CMake's and pkg-config's) define for users of the static library.

#if defined(RETRYSCOPE_STATIC)
#    define RETRYSCOPE_EXPORT
#elif defined(RETRYSCOPE_BUILDING_CORE)
#    define RETRYSCOPE_EXPORT Q_DECL_EXPORT
#else
#    define RETRYSCOPE_EXPORT Q_DECL_IMPORT
#endif
