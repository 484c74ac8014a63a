// SPDX-License-Identifier: MIT
#include "ui/tracefile.h"

#include "core/trace/trace.h"

#include <QtCore/QIODevice>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

#include <algorithm>
#include <utility>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// Whatever is longer is no trace of this program's, whose first line is its scenario.
constexpr qint64 longestFirstLine = 64 * 1024 * 1024;

// Of a body, at a time: about a millisecond's work.
constexpr qint64 pieceSize = 1024 * 1024;

//! How much of \a all is \a part.
int percentOf(qint64 part, qint64 all)
{
    return all > 0 ? static_cast<int>(part * 100 / all) : 100;
}

} // namespace

bool TraceFile::isTrace(QIODevice &device)
{
    const qint64 begin = device.pos();
    const QByteArray line = device.readLine(longestFirstLine);
    device.seek(begin);
    const QJsonObject first = QJsonDocument::fromJson(line).object();
    return first.contains("event"_L1) && first.contains("t"_L1);
}

FileWriter::Source TraceFile::lines(std::shared_ptr<const Trace> trace)
{
    const std::size_t end = trace->events().size();
    return [trace = std::move(trace), at = std::size_t(0), end]() mutable {
        FileWriter::Piece piece;
        if (at == end)
            return piece;
        std::tie(piece.bytes, at) = trace->events().lines(at, end);
        piece.percent = percentOf(qint64(at), qint64(end));
        if (piece.bytes.isEmpty())
            piece.problem = tr("the temporary file with the older events is damaged");
        return piece;
    };
}

FileWriter::Source TraceFile::body(std::shared_ptr<const Trace> trace)
{
    const qint64 end = trace->body().kept();
    return [trace = std::move(trace), at = qint64(0), end]() mutable {
        FileWriter::Piece piece;
        const qint64 count = std::min(pieceSize, end - at);
        piece.bytes = trace->body().read(at, count);
        at += piece.bytes.size();
        piece.percent = percentOf(at, end);
        if (piece.bytes.size() < count)
            piece.problem = tr("the temporary file with the body is damaged");
        return piece;
    };
}

} // namespace Retryscope
