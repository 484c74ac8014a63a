// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QObject>
#include <QtCore/QPointer>

QT_BEGIN_NAMESPACE
class QNetworkReply;
QT_END_NAMESPACE

namespace Retryscope {

class ReplyNews;

//! \brief Stands between an attempt's reply and the events that Qt's HTTP thread sends it.
//!
//! A receiver of what Qt emits while it deals with one (sslErrors(), authenticationRequired(), the
//! manager's signals) may run an event loop, a dialog say, and in it the attempt may end. Qt goes
//! on with the reply when that receiver returns (replySslErrors() in qnetworkreplyhttpimpl.cpp,
//! authenticationRequired() in qnetworkaccessmanager.cpp), so the reply must still be there; and
//! deleteLater() alone would destroy it in the inner loop.
class ReplyKeeper final : public QObject
{
public:
    //! A child of \a reply. \a news hears when an event has been dealt with.
    ReplyKeeper(QNetworkReply *reply, ReplyNews *news);

    //! The reply is dealing with an event.
    bool isBusy() const { return m_depth > 0; }

    //! Nothing reaches the reply any more, and it is destroyed as soon as it deals with no event.
    //! What the HTTP thread still posts to an aborted reply would make it warn about a second
    //! error.
    void retire();

    bool eventFilter(QObject *reply, QEvent *event) override;

private:
    QNetworkReply *const m_reply;
    QPointer<ReplyNews> m_news;
    //! More than one where a receiver runs an event loop.
    int m_depth = 0;
    bool m_isRetired = false;
};

} // namespace Retryscope
