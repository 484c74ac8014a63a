// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/run/scenario.h"

#include <QtNetwork/QNetworkRequest>

namespace Retryscope {

//! \brief A scenario turned into what the requester takes.
struct BuiltRequest
{
    QNetworkRequest request;
    QByteArray body;
    //! The body asks for a stream.
    bool stream = false;
};

//! \a url is the final one; \a authority is trusted alone if it is set (the sandbox's), else the
//! system's authorities and the scenario's file are. The scenario has been validated.
Result<BuiltRequest> buildRequest(const Scenario &scenario, const QUrl &url, const QByteArray &key,
                                  const QSslCertificate &authority);

} // namespace Retryscope
