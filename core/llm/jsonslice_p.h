// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QLatin1StringView>
#include <QtCore/QString>

#include <optional>
#include <vector>

namespace Retryscope {

//! \brief A value of a sound JSON text (see findJsonFault()), as it stands in that text.
//!
//! Nothing is converted before it is asked for, and raw() is what arrived: QJsonDocument refuses a
//! whole text for one number beyond a double, and writes large numbers anew with other digits.
//! Every access looks through the value: for what is rare or small. The text is borrowed.
class RETRYSCOPE_EXPORT JsonSlice
{
public:
    //! No value at all, which every function answers for as for a value of another type.
    JsonSlice() = default;
    //! \a text: sound, with one value in it.
    explicit JsonSlice(QByteArrayView text);
    //! None where \a text is no sound JSON.
    static JsonSlice ofUnchecked(QByteArrayView text);

    bool exists() const { return !m_text.isEmpty(); }

    bool isObject() const { return m_text.startsWith('{'); }

    bool isArray() const { return m_text.startsWith('['); }

    bool isString() const { return m_text.startsWith('"'); }

    //! Neither none, null, false, 0 nor an empty string, object or array.
    bool saysSomething() const;

    QByteArrayView bytes() const { return m_text; }

    QString raw() const { return QString::fromUtf8(m_text); }

    //! Of a string; halves of characters, escaped alone, stay halves.
    QString text() const;
    //! Of a whole number that fits.
    std::optional<qint64> integer() const;
    //! A text, or a number as it is written.
    QString scalar() const;

    bool isTrue() const { return m_text == "true"; }

    //! The last member of that name, as JSON's readers have it.
    JsonSlice operator[](QLatin1StringView name) const;
    //! The first member; what it is called is \a name.
    JsonSlice firstMember(QString &name) const;
    //! Of an array, otherwise none.
    std::vector<JsonSlice> elements() const;

private:
    class Scanner;

    QByteArrayView m_text; // from its first byte to its last
};

} // namespace Retryscope
