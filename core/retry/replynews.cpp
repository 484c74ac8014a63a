// SPDX-License-Identifier: MIT
#include "core/retry/replynews_p.h"

#include "core/retry/replykeeper_p.h"

#include <QtCore/QPointer>
#include <QtCore/QTimerEvent>
#include <QtNetwork/QNetworkReply>

#include <utility>

namespace Retryscope {

ReplyNews::ReplyNews(Clock *clock, Receiver receiver)
    : m_clock(clock)
    , m_receiver(std::move(receiver))
{}

void ReplyNews::listenTo(QNetworkReply &reply, Topics topics)
{
    m_keeper = new ReplyKeeper(&reply, this);
    const auto pass = [&](auto signal, Kind kind) {
        connect(&reply, signal, this, [this, kind] { add({.kind = kind}); });
    };
    const auto passStamped = [&](auto signal, Kind kind) {
        connect(&reply, signal, this,
                [this, kind] { add({.kind = kind, .stamp = m_clock->now()}); });
    };
    passStamped(&QNetworkReply::socketStartedConnecting, Kind::ConnectStarted);
    passStamped(&QNetworkReply::requestSent, Kind::RequestSent);
    pass(&QNetworkReply::metaDataChanged, Kind::MetaDataChanged);
    pass(&QNetworkReply::readyRead, Kind::ReadyRead);
    pass(&QNetworkReply::finished, Kind::Finished);
    pass(&QObject::destroyed, Kind::Gone);
    connect(&reply, &QNetworkReply::downloadProgress, this, [this](qint64 done, qint64 total) {
        m_received = done;
        addProgress(Kind::DownloadProgress, done, total);
    });
    connect(&reply, &QNetworkReply::errorOccurred, this, [this](QNetworkReply::NetworkError error) {
        m_isResetWithoutError = error == QNetworkReply::NoError;
    });
    if (topics.tls)
        passStamped(&QNetworkReply::encrypted, Kind::Encrypted);
    if (topics.body) {
        connect(&reply, &QNetworkReply::uploadProgress, this, [this](qint64 done, qint64 total) {
            addProgress(Kind::UploadProgress, done, total);
        });
    }
    if (topics.redirects) {
        connect(&reply, &QNetworkReply::redirected, this, [this](const QUrl &url) {
            m_isRedirected = true;
            add({.kind = Kind::Redirected, .url = url});
        });
    }
}

void ReplyNews::leave(QNetworkReply &reply)
{
    reply.disconnect(this);
    m_items.clear();
    m_rest.stop();
    if (ReplyKeeper *keeper = m_keeper)
        keeper->retire();
}

void ReplyNews::addProgress(Kind kind, qint64 done, qint64 total)
{
    add({.kind = kind, .done = done, .total = total});
}

void ReplyNews::add(Item item)
{
    // Then its keeper will call tellAll(); not for one that is being destroyed.
    const bool isBusy = item.kind != Kind::Gone && m_keeper && m_keeper->isBusy();
    m_items.append(std::move(item));
    if (isBusy || m_isPosted)
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
