// SPDX-License-Identifier: MIT
// How the body of an attempt's answer is read; all else of AttemptRunner is in attemptrunner.cpp.
#include "core/retry/attemptrunner_p.h"

#include <algorithm>
#include <cstring>

namespace Retryscope {

void AttemptRunner::setReadBufferSize(qint64 size)
{
    m_readBufferSize = size;
    // What Qt holds back behind a SOCKS5 proxy stays in QSocks5SocketEngine, which loses it when
    // the connection ends (Qt 6.4.2, qsocks5socketengine.cpp): a limit would cut answers short.
    if (m_state.proxy == ReplyState::Proxy::Socks5)
        return;
    if (QNetworkReply *reply = m_reply)
        reply->setReadBufferSize(size);
}

qint64 AttemptRunner::bytesAvailable() const
{
    if (!m_isAnswered)
        return 0;
    const QNetworkReply *reply = m_reply;
    return m_leftover.size() + (reply ? reply->bytesAvailable() : 0);
}

bool AttemptRunner::canReadLine() const
{
    const QNetworkReply *reply = m_reply;
    return m_isAnswered && (m_leftover.contains('\n') || (reply && reply->canReadLine()));
}

qint64 AttemptRunner::read(char *data, qint64 maxSize)
{
    if (!m_isAnswered)
        return 0;
    if (QNetworkReply *reply = m_reply)
        return reply->read(data, maxSize);
    const qint64 count = std::min<qint64>(maxSize, m_leftover.size());
    std::memcpy(data, m_leftover.constData(), static_cast<size_t>(count));
    m_leftover.remove(0, count);
    return count > 0 || m_isRunning ? count : -1;
}

} // namespace Retryscope
