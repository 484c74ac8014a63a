// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/connectionbook_p.h"
#include "core/retry/requestspec_p.h"

#include <chrono>

namespace Retryscope {

// On a connection that is there Qt sends a request at once, in microseconds.
constexpr std::chrono::seconds HeldBackLimit{2};

//! Whether silence from Qt, neither a connect nor the sending of the request, means that it will
//! never be sent.
//!
//! What is given to an HTTP/2 connection that is going away, Qt finishes before anyone can listen,
//! and so it never ends (queueRequest() in qhttpnetworkconnection.cpp sends before startRequest()
//! in qhttpthreaddelegate.cpp connects). The same silence comes where all streams are taken.
//! Once a request: a slow name look-up looks like it too, should the connection have been closed.
inline bool isPerhapsHeldBack(const RequestSpec &spec, const ConnectionBook::Entry &connections)
{
    return spec.allowsHttp2() && !spec.hasOwnVerifyName && connections.isHttp2;
}

} // namespace Retryscope
