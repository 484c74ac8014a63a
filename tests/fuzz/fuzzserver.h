// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

//! \file
//! \brief The targets that read what a client sends to the sandbox. As in fuzztargets.h, each
//! returns what is wrong.

namespace Retryscope::TestSupport {

//! Any split of the bytes gives the same requests.
QString fuzzHttpRequest(const QByteArray &bytes, char how);
//! Whatever is asked, the answer is bounded, and its own dialect's reader calls it whole.
QString fuzzSandboxRequest(const QByteArray &bytes, char how);
//! A script is refused with a reason, or its answers can be written.
QString fuzzSandboxScript(const QByteArray &bytes, char how);

} // namespace Retryscope::TestSupport
