// SPDX-License-Identifier: MIT
#include "core/retry/attempt.h"

#include "moc_attempt.cpp"
