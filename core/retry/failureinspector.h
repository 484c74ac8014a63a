// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/retry/failure.h"

namespace Retryscope {

//! \brief A second witness: someone who saw more of an attempt than QNetworkAccessManager tells
//! (the tap, say) may correct a Failure before it is judged.
//!
//! \par Ownership
//! Borrowed by the requester; must outlive it or be taken away by setFailureInspector(nullptr).
//!
//! \par Threads
//! Called in the requester's thread.
class RETRYSCOPE_EXPORT FailureInspector
{
public:
    //! For those who derive from it.
    FailureInspector() = default;
    //! No requester must be using it any more.
    virtual ~FailureInspector();
    FailureInspector(const FailureInspector &) = delete;
    FailureInspector &operator=(const FailureInspector &) = delete;

    //! Called once for each attempt that failed, before it is decided whether another follows.
    //! \a attempt counts from 1; \a failure is the requester's own classification: change what you
    //! know better, and leave qtError and qtErrorString alone.
    virtual void inspect(int attempt, Failure &failure) = 0;
};

} // namespace Retryscope
