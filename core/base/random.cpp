// SPDX-License-Identifier: MIT
#include "core/base/random.h"

#include <QtCore/QRandomGenerator>

namespace Retryscope {

Random::~Random() = default;

SeededRandom::SeededRandom(quint64 seed) : m_engine(seed)
{}

SeededRandom::SeededRandom() : m_engine(QRandomGenerator::system()->generate64())
{}

double SeededRandom::uniform()
{
    // The upper 53 bits: every value is a multiple of 2^-53, so 1.0 cannot be reached by rounding.
    return static_cast<double>(m_engine() >> 11) * 0x1.0p-53;
}

} // namespace Retryscope
