// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"
#include "tests/llm/deltalog.h"
#include "tests/support/pieces.h"

#include <QtCore/QByteArray>

#include <memory>

//! \file
//! \brief What is true of every stream of every dialect.

namespace Retryscope::TestSupport {

inline std::unique_ptr<StreamReader> readerOf(const QString &dialect)
{
    return std::make_unique<StreamReader>(Dialect::find(dialect));
}

//! The size of the smallest beginning of \a body that may be called complete: its terminal event is
//! there, if only without its delimiter. One more than the body's size where there is none. Looks
//! for the terminal event's bytes, and asks none of our readers. \a endsWithBody: a flavour of
//! openai-chat that has none, but a last finish reason.
qsizetype terminalSize(const QString &dialect, const QByteArray &body, bool endsWithBody = false);

} // namespace Retryscope::TestSupport
