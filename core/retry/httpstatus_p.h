// SPDX-License-Identifier: MIT
#pragma once

#include <QtNetwork/QNetworkReply>

namespace Retryscope {

//! The code that Qt gives a reply with this HTTP status; NoError below 400.
QNetworkReply::NetworkError errorForStatus(int status);

//! The statuses whose Location QNetworkAccessManager follows (QHttpNetworkReply::isHttpRedirect()).
bool isRedirect(int status);

} // namespace Retryscope
