// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/tap/streamsocket_p.h"

#include <QtCore/QObject>

#include <memory>

namespace Retryscope {

//! \brief Lets a connection end in peace: sends a FIN, reads what still comes and throws it away,
//! and goes when the peer has closed too, or after two seconds. Closing with unread bytes would
//! reset it, and a peer could take that for a failure.
//!
//! \par Ownership
//! Owns the socket and deletes itself; the parent only bounds its life.
class Drain final : public QObject
{
    Q_OBJECT
public:
    Drain(Clock *clock, std::unique_ptr<StreamSocket> socket, QObject *parent);

private:
    void read();

    std::unique_ptr<StreamSocket> m_socket;
    std::unique_ptr<ClockTimer> m_timer;
};

} // namespace Retryscope
