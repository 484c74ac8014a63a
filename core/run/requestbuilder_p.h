// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/llm/awssigner.h"
#include "core/run/scenario.h"

#include <QtNetwork/QNetworkRequest>

#include <optional>

namespace Retryscope {

//! \brief What signs a request with Amazon's keys: anew for each attempt, because a signature that
//! is more than five minutes old is refused.
struct AttemptSigner
{
    //! But for its time.
    AwsRequest request;
    AwsCredentials credentials;
    //! Headers of these names, in lower case, are the person's own.
    QList<QByteArray> taken;

    QList<HeaderField> sign(const QDateTime &time) const;
};

//! \brief A scenario turned into what the requester takes.
struct BuiltRequest
{
    QNetworkRequest request;
    QByteArray body;
    //! The body asks for a stream.
    bool stream = false;
    //! None where a key does it, or the environment has no credentials.
    std::optional<AttemptSigner> signer;
};

//! \a url is the final one; \a authority is trusted alone if it is set (the sandbox's), else the
//! system's authorities and the scenario's file are. The scenario has been validated.
Result<BuiltRequest> buildRequest(const Scenario &scenario, const QUrl &url, const QByteArray &key,
                                  const QSslCertificate &authority);

} // namespace Retryscope
