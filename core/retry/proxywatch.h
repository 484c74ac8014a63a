// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/export.h"

#include <functional>
#include <memory>

namespace Retryscope {

//! \brief Notices that Qt waits for ever for a proxy that closes instead of answering.
//!
//! Qt then connects to it again and again, and may end without a word: each of a connection's
//! channels begins anew on its own, and the last one finds nobody to tell
//! (ProxyConnectionClosedError in qhttpnetworkconnectionchannel.cpp).
class RETRYSCOPE_EXPORT ProxyWatch
{
public:
    //! \a giveUp is called once, from the event loop, if nothing stops the watch before.
    ProxyWatch(Clock *clock, std::function<void()> giveUp);
    ~ProxyWatch();
    ProxyWatch(const ProxyWatch &) = delete;
    ProxyWatch &operator=(const ProxyWatch &) = delete;

    //! The proxy is not given by its address; before noteConnect(). Of a name with addresses of two
    //! families Qt 6.8 tells one connection and then waits for ever: it does not know yet which
    //! family it is, and begins no request before (_q_startNextRequest() in
    //! qhttpnetworkconnection.cpp).
    void noteName();
    //! Qt has begun to connect for the \a connects th time. \a isAlone: no other request could be
    //! the reason.
    void noteConnect(int connects, bool isAlone);
    //! The proxy has let something through, or the attempt is over.
    void stop();

private:
    Clock *m_clock;
    const std::function<void()> m_giveUp;
    //! Made where it is needed, which is rarely.
    std::unique_ptr<ClockTimer> m_timer;
    bool m_isName = false;
};

} // namespace Retryscope
