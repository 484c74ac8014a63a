// SPDX-License-Identifier: MIT
#include "core/sandbox/openaiwords_p.h"

#include "core/sandbox/dialectevent_p.h"

namespace Retryscope {

QByteArray stringOrNull(const QString &text)
{
    return text.isEmpty() ? QByteArray("null") : jsonString(text);
}

QByteArray openAiErrorBody(const ApiError &error)
{
    return "{\n  \"error\": {\n    \"message\": " + jsonString(error.message) + ",\n    \"type\": "
           + jsonString(error.type) + ",\n    \"param\": " + stringOrNull(error.param)
           + ",\n    \"code\": " + stringOrNull(error.code) + "\n  }\n}\n";
}

QByteArray openAiErrorLine(const ApiError &error)
{
    return "{\"error\":{\"message\":" + jsonString(error.message)
           + ",\"type\":" + jsonString(error.type) + ",\"param\":" + stringOrNull(error.param)
           + ",\"code\":" + stringOrNull(error.code) + "}}";
}

QByteArray openAiModels()
{
    return "{\n  \"object\": \"list\",\n  \"data\": [\n"
           "    {\n      \"id\": \"sandbox\",\n      \"object\": \"model\",\n"
           "      \"created\": 1767225600,\n      \"owned_by\": \"retryscope\"\n    }\n"
           "  ]\n}\n";
}

} // namespace Retryscope
