// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"

#include <QtCore/QBasicTimer>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QUrl>

#include <chrono>
#include <functional>

QT_BEGIN_NAMESPACE
class QNetworkReply;
QT_END_NAMESPACE

namespace Retryscope {

class ReplyKeeper;

//! \brief What QNetworkAccessManager's reply tells, passed on in its order, but never from inside
//! one of the reply's own signals: a receiver of ours may destroy the manager, and with it the
//! reply.
//!
//! Qt's HTTP thread reaches the reply by events, and what the reply tells in one of them is passed
//! on as soon as it has dealt with that event. Queued connections would do, but each signal would
//! then cost an event of its own, with two system calls and a turn of the loop, and there are nine
//! for the smallest answer.
class ReplyNews final : public QObject
{
    Q_OBJECT
public:
    struct Item
    {
        enum class Kind {
            ConnectStarted,
            Encrypted,
            RequestSent,
            MetaDataChanged,
            ReadyRead,
            Redirected,
            DownloadProgress,
            UploadProgress,
            Finished,
            Gone, //!< the reply was destroyed
        };

        Kind kind = Kind::Gone;
        //! When the reply told it; only with ConnectStarted, Encrypted, RequestSent.
        std::chrono::nanoseconds stamp{0};
        //! Only with the two kinds of progress.
        qint64 done = 0;
        qint64 total = 0;
        //! Only with Redirected.
        QUrl url{};
    };

    using Receiver = std::function<void(const Item &)>;

    //! What a reply may tell; the rest is not listened for.
    struct Topics
    {
        bool tls = true;
        bool body = true;
        bool redirects = true;
    };

    //! \a receiver may destroy this object.
    ReplyNews(Clock *clock, Receiver receiver);

    void listenTo(QNetworkReply &reply, Topics topics);
    //! Hears nothing more from the reply, passes nothing on that it has heard, and has it destroyed
    //! as soon as Qt is done with it.
    void leave(QNetworkReply &reply);
    //! Passes on all that was heard; the reply is not dealing with an event of its own any more.
    void tellAll();

    //! How many bytes of the body have come in, whoever has read them. What is told later is known
    //! here at once; so are the next two.
    qint64 received() const { return m_received; }

    bool isRedirected() const { return m_isRedirected; }

    //! Qt has no code for HTTP/2's NO_ERROR: it tells of an error, and its code is NoError.
    bool isResetWithoutError() const { return m_isResetWithoutError; }

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    using Kind = Item::Kind;

    void add(Item item);
    void addProgress(Kind kind, qint64 done, qint64 total);

    Clock *const m_clock;
    const Receiver m_receiver;
    QList<Item> m_items;
    QBasicTimer m_rest;
    QPointer<ReplyKeeper> m_keeper;
    qint64 m_received = 0;
    bool m_isPosted = false;
    bool m_isRedirected = false;
    bool m_isResetWithoutError = false;
};

} // namespace Retryscope
