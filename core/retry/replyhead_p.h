// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>

QT_BEGIN_NAMESPACE
class QNetworkReply;
QT_END_NAMESPACE

namespace Retryscope {

struct ReplyState;

//! Takes over what a reply of Qt's knows of its answer by now.
void readHead(const QNetworkReply &reply, ReplyState &state);

//! Qt's sentence about the error. In that of an error status stands the whole URL
//! (qhttpthreaddelegate.cpp); here without user info and query, where some keys travel.
QString errorText(const QNetworkReply &reply);

} // namespace Retryscope
