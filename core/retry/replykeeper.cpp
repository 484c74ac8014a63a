// SPDX-License-Identifier: MIT
#include "core/retry/replykeeper_p.h"

#include "core/retry/replynews_p.h"

#include <QtCore/QEvent>
#include <QtNetwork/QNetworkReply>

namespace Retryscope {

ReplyKeeper::ReplyKeeper(QNetworkReply *reply, ReplyNews *news)
    : QObject(reply)
    , m_reply(reply)
    , m_news(news)
{
    reply->installEventFilter(this);
}

void ReplyKeeper::retire()
{
    m_isRetired = true;
    m_news.clear();
    if (!isBusy())
        m_reply->deleteLater();
}

bool ReplyKeeper::eventFilter(QObject *reply, QEvent *event)
{
    if (event->type() != QEvent::MetaCall)
        return false;
    if (m_isRetired)
        return true;
    // Guarded: a receiver may destroy the manager, and with it the reply.
    const QPointer<ReplyKeeper> self(this);
    ++m_depth;
    reply->event(event);
    if (!self)
        return true;
    --m_depth;
    if (m_isRetired && !isBusy())
        reply->deleteLater();
    else if (ReplyNews *news = m_news)
        news->tellAll();
    // It has had the event, and may be gone.
    return true;
}

} // namespace Retryscope
