// SPDX-License-Identifier: MIT
#include "core/tls/cryptothread.h"

#include <openssl/crypto.h>

namespace Retryscope {

void releaseCryptoOfThread()
{
    OPENSSL_thread_stop();
}

} // namespace Retryscope
