// SPDX-License-Identifier: MIT
#pragma once

namespace Retryscope {

//! \brief Keeps from standard error what Qt says there about connections that the trace tells of.
//!
//! Qt's HTTP thread writes to a connection without asking whether it has just been lost, and
//! QIODevice warns about it (Qt 6.4.2 and 6.8.2, qhttpprotocolhandler.cpp). Where connections are
//! broken on purpose that is no news. Every other message goes where it went before.
//! \par Threads
//! To be called once, before there are other threads.
void dropKnownQtMessages();

} // namespace Retryscope
