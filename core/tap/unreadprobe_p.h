// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QtGlobal>

#include <optional>

namespace Retryscope {

//! \brief How many bytes sent over a loopback connection the other end has not read yet.
//!
//! The system knows both ends: Linux tells by sock_diag(7), to everybody and in about 3 us.
//!
//! \par Errors
//! Elsewhere, and where a sandbox forbids it, there is no answer.
class UnreadProbe final
{
    Q_DISABLE_COPY_MOVE(UnreadProbe)
public:
    UnreadProbe();
    ~UnreadProbe();

    //! Of the connection \a descriptor is the near end of: what lies in both queues. Nought where
    //! the other end is gone. Units: bytes.
    std::optional<qint64> unread(int descriptor);

private:
    int m_netlink = -1;
};

} // namespace Retryscope
