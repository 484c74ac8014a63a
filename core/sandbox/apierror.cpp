// SPDX-License-Identifier: MIT
#include "core/sandbox/apierror_p.h"

#include <array>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

struct StatusRow
{
    int status;
    const char *reason;
    const char *message;
    const char *type;
    const char *code;
};

constexpr const char *invalid = "invalid_request_error";
constexpr const char *server = "server_error";

constexpr std::array<StatusRow, 26> statusRows{{
    {200, "OK", "Something went wrong after the status was chosen.", server, nullptr},
    {201, "Created", "Something went wrong after the status was chosen.", server, nullptr},
    {204, "No Content", "", server, nullptr},
    {301, "Moved Permanently", "This endpoint has moved.", invalid, nullptr},
    {302, "Found", "This endpoint has moved.", invalid, nullptr},
    {304, "Not Modified", "", invalid, nullptr},
    {307, "Temporary Redirect", "This endpoint has moved.", invalid, nullptr},
    {400, "Bad Request", "The request is not valid.", invalid, nullptr},
    {401, "Unauthorized", "Incorrect API key provided.", invalid, "invalid_api_key"},
    {402, "Payment Required", "Your account has no credit left.", "insufficient_quota",
     "insufficient_quota"},
    {403, "Forbidden", "You are not allowed to use this model.", invalid, "permission_denied"},
    {404, "Not Found", "The model does not exist or you do not have access to it.", invalid,
     "model_not_found"},
    {405, "Method Not Allowed", "This method is not allowed here.", invalid,
     "method_not_supported"},
    {408, "Request Timeout", "The request took too long to arrive.", invalid, "request_timeout"},
    {409, "Conflict", "The request conflicts with another one.", invalid, "conflict"},
    {413, "Content Too Large", "The request is too large.", invalid, "request_too_large"},
    {422, "Unprocessable Content", "The request cannot be processed.", invalid, nullptr},
    {429, "Too Many Requests", "Rate limit reached for requests.", "requests",
     "rate_limit_exceeded"},
    {431, "Request Header Fields Too Large", "The headers are too large.", invalid, nullptr},
    {500, "Internal Server Error", "The server had an error while processing your request.", server,
     nullptr},
    {501, "Not Implemented", "The server cannot do this.", server, nullptr},
    {502, "Bad Gateway", "The server behind the gateway gave no valid answer.", server, nullptr},
    {503, "Service Unavailable", "The server is overloaded or not ready yet.", server,
     "server_is_overloaded"},
    {504, "Gateway Timeout", "The server behind the gateway did not answer in time.", server,
     nullptr},
    {505, "HTTP Version Not Supported", "This version of HTTP is not spoken here.", invalid,
     nullptr},
    {529, "Overloaded", "The server is overloaded.", "overloaded_error", "overloaded"},
}};

const StatusRow *findRow(int status)
{
    for (const StatusRow &row : statusRows) {
        if (row.status == status)
            return &row;
    }
    return nullptr;
}

} // namespace

ApiError ApiError::forStatus(int status)
{
    ApiError error;
    error.status = status;
    const StatusRow *row = findRow(status);
    if (!row)
        row = findRow(status >= 500 ? 500 : status >= 400 ? 400 : 200);
    // Whatever is simulated says so.
    error.message = QString::fromUtf8(row->message) + " (Simulated by the sandbox.)"_L1;
    error.type = QString::fromLatin1(row->type);
    error.code = QString::fromLatin1(row->code);
    return error;
}

ApiError ApiError::quota()
{
    ApiError error = forStatus(429);
    error.message = QStringLiteral("You exceeded your current quota, please check your plan and "
                                   "billing details. (Simulated by the sandbox.)");
    error.type = QStringLiteral("insufficient_quota");
    error.code = QStringLiteral("insufficient_quota");
    error.reason = Reason::Quota;
    return error;
}

QByteArray reasonPhrase(int status)
{
    const StatusRow *row = findRow(status);
    return row ? QByteArray(row->reason) : QByteArray();
}

} // namespace Retryscope
