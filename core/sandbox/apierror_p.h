// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <optional>

namespace Retryscope {

//! \brief An error before a dialect has put it into its own words.
struct ApiError
{
    //! What only some dialects tell apart by more than the status.
    enum class Reason {
        Other,
        NoKey,
        WrongKey,
        Quota, //!< waiting does not help
    };

    int status = 400;
    QString message;
    //! OpenAI's words; the other dialects have their own for the status.
    QString type = QStringLiteral("invalid_request_error");
    //! Empty: null in the JSON.
    QString param;
    QString code;
    Reason reason = Reason::Other;
    //! When to try again: a header, or a part of the body where the dialect has no such header.
    std::optional<int> retryAfterSeconds;

    //! What a provider would say with this status.
    static ApiError forStatus(int status);
    //! 429, and no wait will help.
    static ApiError quota();
};

//! "Too Many Requests"; empty for a status without a name.
QByteArray reasonPhrase(int status);

} // namespace Retryscope
