// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

namespace Retryscope {

//! \brief Gives back what libcrypto keeps for the calling thread; the last thing a thread that used
//! TLS does.
//!
//! libcrypto does so by itself when the system's thread ends, but QThread::wait() returns before
//! that: a program that exits right behind it would leave the memory to be reported as a leak.
RETRYSCOPE_EXPORT void releaseCryptoOfThread();

} // namespace Retryscope
