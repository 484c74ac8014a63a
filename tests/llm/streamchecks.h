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
//! there, if only without its delimiter. One more than the body's size where there is none.
inline qsizetype terminalSize(const QString &dialect, const QByteArray &body)
{
    const auto stream = readerOf(dialect);
    qsizetype size = body.size() + 1;
    const bool aws = Dialect::find(dialect)->facts().framing == StreamFraming::AwsEventStream;
    bool closing = false; // Gemini has no terminal event, only a last one
    qsizetype end = 0;
    const auto take = [&] {
        if (size > body.size())
            size = end;
    };
    stream->setHandlers(
        [&](const StreamEvent &event) {
            closing = dialect == QStringLiteral("gemini");
            const qsizetype data = body.indexOf(event.data.toByteArray(), event.offset);
            end = aws || data < 0 ? qsizetype(event.offset + event.size) : data + event.data.size();
            if (event.terminal)
                take();
        },
        [&](const Delta &delta) {
            if (closing && delta.kind == DeltaKind::Stop)
                take();
        });
    stream->feed(body);
    closing = false; // what finish() may find has no event
    const StreamJudgement judgement = stream->finish(true);
    if (size > body.size() && judgement.verdict == StreamVerdict::Complete)
        size = body.trimmed().size(); // only the delimiter is missing
    return size;
}

} // namespace Retryscope::TestSupport
