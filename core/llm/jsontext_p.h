// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArrayView>
#include <QtCore/QString>

#include <optional>

//! \file
//! \brief The tokens of JSON: what is allowed, and what they mean.

namespace Retryscope {

inline bool isJsonSpace(char byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

//! Where a number, true, false or null must end.
inline bool endsJsonScalar(char byte)
{
    return isJsonSpace(byte) || byte == ',' || byte == '}' || byte == ']' || byte == ':'
           || byte == '"' || byte == '{' || byte == '[';
}

//! A number, true, false or null, and nothing else.
bool isJsonScalar(QByteArrayView token);
//! None where it is no whole number or does not fit.
std::optional<qint64> jsonInteger(QByteArrayView token);
//! The bytes of the escape that \a text begins with; 0 where it is none.
qsizetype jsonEscapeSize(QByteArrayView text);
//! The bytes of the UTF-8 character that \a text begins with; 0 where it is none.
qsizetype utf8CharacterSize(QByteArrayView text);
//! What stands between the quotes of a string of valid UTF-8, as text; none where an escape is
//! wrong. Halves of characters, escaped alone, stay halves; then \a halves is set.
std::optional<QString> jsonText(QByteArrayView content, bool &halves);
//! The same behind \a text; false where an escape is wrong. Allocates only where the room of
//! \a text is too small.
bool appendJsonText(QByteArrayView content, QString &text, bool &halves);

} // namespace Retryscope
