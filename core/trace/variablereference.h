// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QList>
#include <QtCore/QString>

namespace Retryscope {

//! \file
//! \brief "${NAME}" in a text stands for an environment variable, and is replaced when a request is
//! sent. "$${NAME}" stands for the characters "${NAME}". A name is made of letters, digits and
//! underscores and does not begin with a digit; anything else between the braces is no reference.

//! \brief A part of a text: what stands there as it is, or a variable's name.
struct TextPiece
{
    QString text;
    bool isVariable = false;

    friend bool operator==(const TextPiece &, const TextPiece &) = default;
};

//! In their order; put together, with values for the variables, they are the text that is sent.
RETRYSCOPE_EXPORT QList<TextPiece> textPieces(const QString &text);
//! At least one.
RETRYSCOPE_EXPORT bool holdsVariables(const QString &text);
//! At least one, and nothing else: such a text gives nothing away, wherever it stands.
RETRYSCOPE_EXPORT bool holdsOnlyVariables(const QString &text);
//! "${NAME}".
RETRYSCOPE_EXPORT QString variableReference(const QString &name);

} // namespace Retryscope
