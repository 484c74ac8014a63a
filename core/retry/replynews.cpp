// SPDX-License-Identifier: MIT
#include "core/retry/replynews_p.h"

#include <QtCore/QPointer>
#include <QtCore/QTimerEvent>
#include <QtNetwork/QNetworkReply>

#include <utility>

namespace Retryscope {

ReplyNews::ReplyNews(Clock *clock, Receiver receiver)
    : m_clock(clock)
    , m_receiver(std::move(receiver))
{}

void ReplyNews::listenTo(QNetworkReply &reply)
{
    reply.installEventFilter(this);
    const auto pass = [&](auto signal, Kind kind) {
        connect(&reply, signal, this, [this, kind] { add({.kind = kind}); });
    };
    const auto passStamped = [&](auto signal, Kind kind) {
        connect(&reply, signal, this,
                [this, kind] { add({.kind = kind, .stamp = m_clock->now()}); });
    };
    passStamped(&QNetworkReply::socketStartedConnecting, Kind::ConnectStarted);
    passStamped(&QNetworkReply::encrypted, Kind::Encrypted);
    passStamped(&QNetworkReply::requestSent, Kind::RequestSent);
    pass(&QNetworkReply::metaDataChanged, Kind::MetaDataChanged);
    pass(&QNetworkReply::readyRead, Kind::ReadyRead);
    pass(&QNetworkReply::finished, Kind::Finished);
    pass(&QObject::destroyed, Kind::Gone);
    connect(&reply, &QNetworkReply::downloadProgress, this, [this](qint64 done, qint64 total) {
        m_received = done;
        addProgress(Kind::DownloadProgress, done, total);
    });
    connect(&reply, &QNetworkReply::uploadProgress, this,
            [this](qint64 done, qint64 total) { addProgress(Kind::UploadProgress, done, total); });
    connect(&reply, &QNetworkReply::redirected, this, [this](const QUrl &url) {
        m_isRedirected = true;
        add({.kind = Kind::Redirected, .url = url});
    });
    connect(&reply, &QNetworkReply::errorOccurred, this, [this](QNetworkReply::NetworkError error) {
        m_isResetWithoutError = error == QNetworkReply::NoError;
    });
}

void ReplyNews::leave(QNetworkReply &reply)
{
    reply.removeEventFilter(this);
    reply.disconnect(this);
    m_items.clear();
    m_rest.stop();
}

bool ReplyNews::eventFilter(QObject *reply, QEvent *event)
{
    if (event->type() != QEvent::MetaCall)
        return false;
    // Guarded: receivers of the manager's hear the reply's signals, too.
    const QPointer<ReplyNews> self(this);
    ++m_depth;
    reply->event(event);
    if (self) {
        --m_depth;
        tellAll();
    }
    // It has had the event, and may be gone.
    return true;
}

void ReplyNews::addProgress(Kind kind, qint64 done, qint64 total)
{
    add({.kind = kind, .done = done, .total = total});
}

void ReplyNews::add(Item item)
{
    m_items.append(std::move(item));
    if (m_depth > 0 || m_isPosted)
        return;
    m_isPosted = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_isPosted = false;
            tellAll();
        },
        Qt::QueuedConnection);
}

void ReplyNews::tellAll()
{
    if (m_items.isEmpty())
        return;
    const QPointer<ReplyNews> self(this);
    // A copy: the call may destroy this object.
    const Receiver receiver = m_receiver;
    while (self && !m_items.isEmpty()) {
        const Item item = m_items.takeFirst();
        // A receiver may run an event loop and wait there for what is left.
        if (m_items.isEmpty())
            m_rest.stop();
        else if (!m_rest.isActive())
            m_rest.start(0, this);
        receiver(item);
    }
}

void ReplyNews::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_rest.timerId())
        return;
    m_rest.stop();
    tellAll();
}

} // namespace Retryscope

#include "moc_replynews_p.cpp"
