// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArrayView>

namespace Retryscope {

//! \brief The checksum of zlib and Ethernet, over \a bytes behind those that gave \a before.
quint32 crc32(QByteArrayView bytes, quint32 before = 0);

} // namespace Retryscope
