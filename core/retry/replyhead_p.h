// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QtGlobal>

QT_BEGIN_NAMESPACE
class QNetworkReply;
QT_END_NAMESPACE

namespace Retryscope {

struct ReplyState;

//! Takes over what a reply of Qt's knows of its answer by now.
void readHead(const QNetworkReply &reply, ReplyState &state);

} // namespace Retryscope
