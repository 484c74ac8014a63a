// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/failure.h"

#include <QtCore/QByteArray>
#include <QtNetwork/QNetworkRequest>

#include <optional>

QT_BEGIN_NAMESPACE
class QHttpMultiPart;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief A QHttpMultiPart as it goes over the wire.
struct MultiPartBody
{
    //! With the content type and its boundary, as Qt sets them.
    QNetworkRequest request;
    QByteArray body;
    //! Why it could not be read.
    std::optional<Failure> failure;
};

//! Reads \a multiPart once, the devices of its parts from their beginning: Qt counts their whole
//! size.
MultiPartBody readMultiPart(const QNetworkRequest &request, QHttpMultiPart *multiPart);

} // namespace Retryscope
