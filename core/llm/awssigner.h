// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/headerfield.h"

#include <QtCore/QByteArray>
#include <QtCore/QDateTime>
#include <QtCore/QList>
#include <QtCore/QUrl>

#include <optional>

namespace Retryscope {

//! \brief The keys that sign requests to Amazon's services. Secrets: never to be logged.
struct RETRYSCOPE_EXPORT AwsCredentials
{
    QByteArray accessKeyId;
    QByteArray secretAccessKey;
    //! Only for temporary keys.
    QByteArray sessionToken;

    //! AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN; none without the first two.
    static std::optional<AwsCredentials> fromEnvironment();
};

//! \brief A request that is about to be sent.
struct RETRYSCOPE_EXPORT AwsRequest
{
    QByteArray method = "POST";
    //! As it will be sent, percent-encoded.
    QUrl url;
    //! Those that are signed beside host and date.
    QList<HeaderField> headers;
    QByteArray body;
    QByteArray region;
    QByteArray service = "bedrock";
    //! The endpoint refuses a signature that is more than five minutes old.
    QDateTime time;
};

//! \brief The headers to be added to \a request: the signature, its date, and the session token.
//! \par Source
//! https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
RETRYSCOPE_EXPORT QList<HeaderField> signAwsRequest(const AwsRequest &request,
                                                    const AwsCredentials &credentials);

//! \brief The region that \a url names ("bedrock-runtime.us-east-1.amazonaws.com"), else the one of
//! AWS_REGION or AWS_DEFAULT_REGION; empty where there is none.
RETRYSCOPE_EXPORT QByteArray awsRegion(const QUrl &url);

} // namespace Retryscope
