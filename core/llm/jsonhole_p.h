// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QtGlobal>

namespace Retryscope {

//! \brief A value of a JSON text that the next event of the stream may have differently without
//! meaning anything else: see EventTemplate.
struct JsonHole
{
    enum class Kind {
        String, //!< nobody asked for it
        Number, //!< nobody asked for it; it begins with a digit
        Text,   //!< the text of a delta
    };

    Kind kind;
    //! In the whole text; of strings, what stands between the quotes.
    qsizetype begin;
    qsizetype end;
};

} // namespace Retryscope
