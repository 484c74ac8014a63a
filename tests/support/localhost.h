// SPDX-License-Identifier: MIT
#pragma once

#include <QtNetwork/QHostInfo>

namespace Retryscope::Test {

//! Some tests need a name instead of an address (HSTS, say, knows no others), and Qt itself to look
//! it up. A system as bare as debootstrap leaves it has no /etc/hosts.
inline bool knowsLocalhost()
{
    return !QHostInfo::fromName(QStringLiteral("localhost")).addresses().isEmpty();
}

} // namespace Retryscope::Test
