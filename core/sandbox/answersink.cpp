// SPDX-License-Identifier: MIT
#include "core/sandbox/answersink_p.h"

#include "moc_answersink_p.cpp"
