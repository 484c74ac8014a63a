// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

//! \file
//! \brief The targets that read what the tap is sent. As in fuzztargets.h, each returns what is
//! wrong.

namespace Retryscope::TestSupport {

//! Any split of the bytes is read as the same negotiation.
QString fuzzSocks(const QByteArray &bytes, char how);
//! Any split of what client and server sent, with "====" between the two, shows the same, and
//! nothing is lost of it.
QString fuzzTlsRecords(const QByteArray &bytes, char how);
//! Any split of the bytes is taken apart in the same way.
QString fuzzHttpResponse(const QByteArray &bytes, char how);

} // namespace Retryscope::TestSupport
