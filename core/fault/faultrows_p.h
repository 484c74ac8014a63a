// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/faultcatalogue.h"

#include <vector>

namespace Retryscope {

using FaultRows = std::vector<FaultDescriptor>;

//! \file
//! \brief The rows of the catalogue, in the order of an exchange; together they are all but "ok".

void addConnectionFaults(FaultRows &rows);
void addTlsFaults(FaultRows &rows);
//! Of the request, and of the answer up to its status.
void addExchangeFaults(FaultRows &rows);
//! Of the body, and of the stream in it.
void addBodyFaults(FaultRows &rows);
//! Of HTTP/2's frames.
void addHttp2Faults(FaultRows &rows);

} // namespace Retryscope
