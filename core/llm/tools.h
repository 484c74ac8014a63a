// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>

#include <optional>

namespace Retryscope {

//! \brief A function that the model may ask for, before any dialect has put it into its own words.
//! A value.
struct RETRYSCOPE_EXPORT Tool
{
    QString name = {};
    QString description = {};
    //! A JSON Schema.
    QJsonObject parameters = {};

    friend bool operator==(const Tool &, const Tool &) = default;
};

//! \brief How a dialect writes a list of tools.
enum class ToolForm {
    None,         //!< not known
    Function,     //!< {"type": "function", "function": {...}}, OpenAI Chat's
    FlatFunction, //!< {"type": "function", "name": ...}, OpenAI Responses'
    InputSchema,  //!< {"name": ..., "input_schema": ...}, Anthropic's
    Declarations, //!< {"functionDeclarations": [...]}, Gemini's
    ToolSpec,     //!< {"toolSpec": {..., "inputSchema": {"json": ...}}}, Bedrock's
};

RETRYSCOPE_EXPORT QJsonArray toolsToJson(const QList<Tool> &tools, ToolForm form);
//! None where the list says more than names, descriptions and parameters of functions: "strict", a
//! tool that the provider runs itself.
RETRYSCOPE_EXPORT std::optional<QList<Tool>> toolsFromJson(const QJsonArray &json, ToolForm form);

//! One to begin with.
RETRYSCOPE_EXPORT Tool exampleTool();

} // namespace Retryscope
