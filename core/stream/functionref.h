// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

namespace Retryscope {

template <typename Signature>
class FunctionRef;

//! \brief A borrowed callable: two pointers, never an allocation.
//!
//! A decoder calls its handler millions of times a second and never keeps it, so std::function
//! would cost a heap block and a virtual call for nothing.
//!
//! \par Ownership
//! The callable must outlive the call that takes the reference. Do not store one.
template <typename Return, typename... Arguments>
class FunctionRef<Return(Arguments...)>
{
public:
    template <typename Callable>

    requires(
        !std::is_same_v<std::remove_cvref_t<Callable>,
                        FunctionRef> && std::is_invocable_r_v<Return, Callable &, Arguments...>)
        FunctionRef(Callable &&callable) // NOLINT: implicit, so that a lambda can be an argument
        : m_object(const_cast<void *>(static_cast<const void *>(std::addressof(callable))))
        , m_call([](void *object, Arguments... arguments) -> Return {
            return (*static_cast<std::remove_reference_t<Callable> *>(object))(
                std::forward<Arguments>(arguments)...);
        })
    {}

    Return operator()(Arguments... arguments) const
    {
        return m_call(m_object, std::forward<Arguments>(arguments)...);
    }

private:
    void *m_object;
    Return (*m_call)(void *, Arguments...);
};

} // namespace Retryscope
