// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QtGlobal>

#include <random>

namespace Retryscope {

//! \brief Where chance comes from, injected so that a run can be repeated.
//!
//! \par Ownership
//! Borrowed by whoever takes one: it must outlive its users.
//!
//! \par Threads
//! Not thread-safe.
class RETRYSCOPE_EXPORT Random
{
public:
    //! For those who derive from it.
    Random() = default;
    //! Nobody must be using it any more.
    virtual ~Random();
    Random(const Random &) = delete;
    Random &operator=(const Random &) = delete;

    //! Uniform in [0, 1).
    virtual double uniform() = 0;
};

//! \brief The same numbers for the same seed, on every machine and with every standard library.
class RETRYSCOPE_EXPORT SeededRandom final : public Random
{
public:
    //! The sequence that belongs to \a seed.
    explicit SeededRandom(quint64 seed);
    //! Seeded by the system's entropy.
    SeededRandom();

    //! The next number of the sequence.
    double uniform() override;

private:
    // The engine's sequence is fixed by the C++ standard; the standard distributions are not, so
    // uniform() scales by hand.
    std::mt19937_64 m_engine;
};

} // namespace Retryscope
