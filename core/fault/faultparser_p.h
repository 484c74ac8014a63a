// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"
#include "core/fault/faultcatalogue.h"

#include <QtCore/QList>
#include <QtCore/QString>

namespace Retryscope {

//! \brief Reads the text form of a fault plan: entries between commas, each
//! NAME [ "(" PARAMETER "=" VALUE { "," ... } ")" ] [ "*" COUNT ]. Blanks between the parts are
//! fine.
class FaultParser
{
public:
    explicit FaultParser(const QString &text) : m_text(text) {}

    Result<QList<Fault>> parse();

private:
    //! A piece of the text that knows where it stands.
    struct Piece
    {
        QStringView text;
        qsizetype offset = 0;

        Piece trimmed() const;

        Piece from(qsizetype position) const { return {text.sliced(position), offset + position}; }

        Piece first(qsizetype length) const { return {text.first(length), offset}; }
    };

    bool parseEntry(const Piece &entry);
    bool parseName(const Piece &name, Fault &fault);
    bool parseParameters(const Piece &list, Fault &fault);
    bool parseParameter(const Piece &piece, Fault &fault);
    bool parseValue(const Piece &piece, const FaultParameter &parameter, Fault &fault);
    bool parseText(const Piece &piece, const FaultParameter &parameter, Fault &fault);
    bool parseRepeat(const Piece &piece, const Fault &fault);
    //! Always false, so that a check can return it.
    bool fail(qsizetype offset, const QString &sentence);

    QString m_text;
    QList<Fault> m_faults;
    int m_entry = 0;
    InputError m_error;
};

} // namespace Retryscope
