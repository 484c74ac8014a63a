// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace Retryscope {

//! \brief An error as OpenAI's API words it: {"error":{"message","type","param","code"}}.
struct ApiError
{
    int status = 400;
    QString message;
    QString type = QStringLiteral("invalid_request_error");
    //! Empty: null in the JSON.
    QString param;
    QString code;

    //! The body of an error response, over several lines as the provider writes it.
    QByteArray toBody() const;
    //! The same on one line, as it stands in an event of a stream.
    QByteArray toEventData() const;

    //! What a provider would say with this status.
    static ApiError forStatus(int status);
};

//! A JSON string with its quotes.
QByteArray jsonString(const QString &text);
//! "Too Many Requests"; empty for a status without a name.
QByteArray reasonPhrase(int status);

} // namespace Retryscope
