// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/random.h"

namespace Retryscope::Test {

//! \brief Always draws the same number; with 0.5 every wait is its base.
class FixedRandom final : public Random
{
public:
    explicit FixedRandom(double value = 0.5) : m_value(value) {}

    double uniform() override { return m_value; }

private:
    const double m_value;
};

} // namespace Retryscope::Test
