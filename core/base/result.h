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

    friend bool operator==(const InputError &, const InputError &) = default;
};

//! \brief A value, or why there is none. (std::expected comes with C++23.)
template <typename T, typename E = InputError>
class Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}

    Result(E error) : m_state(std::in_place_index<1>, std::move(error)) {}

    bool hasValue() const { return m_state.index() == 0; }

    explicit operator bool() const { return hasValue(); }

    //! Only with hasValue().
    const T &value() const & { return std::get<0>(m_state); }

    T &&value() && { return std::get<0>(std::move(m_state)); }

    const T &operator*() const & { return value(); }

    const T *operator->() const { return &value(); }

    //! Only without hasValue().
    const E &error() const { return std::get<1>(m_state); }

private:
    std::variant<T, E> m_state;
};

} // namespace Retryscope
