// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QString>

#include <optional>
#include <utility>
#include <variant>

namespace Retryscope {

//! \brief What is wrong with something a person typed or a file holds: where, and what to do about
//! it.
struct InputError
{
    //! What the input belongs to, as a path of names: "faultPlan", "policy.jitter", "headers[2]".
    //! May be empty.
    QString field;
    //! A whole sentence for people, without the field's name in front.
    QString message;
    //! Where in the text it went wrong, counted in UTF-16 units from 0; none where a place makes no
    //! sense.
    std::optional<qsizetype> offset;

    //! Equal in every field.
    friend bool operator==(const InputError &, const InputError &) = default;
};

//! \brief A value, or why there is none. (std::expected comes with C++23.)
//!
//! \par Errors
//! Asking for what is not there throws std::bad_variant_access: look at hasValue() first.
template <typename T, typename E = InputError>
class Result
{
public:
    //! A value; implicit, so that a function may return just that.
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}

    //! Why there is none; implicit, too.
    Result(E error) : m_state(std::in_place_index<1>, std::move(error)) {}

    //! False: there is an error().
    bool hasValue() const { return m_state.index() == 0; }

    //! hasValue().
    explicit operator bool() const { return hasValue(); }

    //! Only with hasValue().
    const T &value() const & { return std::get<0>(m_state); }

    //! The same, moved out of a Result that ends here.
    T &&value() && { return std::get<0>(std::move(m_state)); }

    //! value().
    const T &operator*() const & { return value(); }

    //! A member of value().
    const T *operator->() const { return &value(); }

    //! Only without hasValue().
    const E &error() const { return std::get<1>(m_state); }

private:
    std::variant<T, E> m_state;
};

} // namespace Retryscope
