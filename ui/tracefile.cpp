// SPDX-License-Identifier: MIT
#include "ui/tracefile.h"

#include "core/trace/trace.h"

#include <QtCore/QFileDevice>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// Whatever is longer is no trace of this program's, whose first line is its scenario.
constexpr qint64 longestFirstLine = 64 * 1024 * 1024;

// Its events are kept in memory, several times as large.
constexpr qint64 largestTrace = 512 * 1024 * 1024;

} // namespace

bool TraceFile::isTrace(QIODevice &device)
{
    const qint64 begin = device.pos();
    const QByteArray line = device.readLine(longestFirstLine);
    device.seek(begin);
    const QJsonObject first = QJsonDocument::fromJson(line).object();
    return first.contains("event"_L1) && first.contains("t"_L1);
}

Result<std::unique_ptr<Trace>> TraceFile::load(QIODevice &device)
{
    if (device.size() > largestTrace)
        return InputError{{}, tr("it is larger than 512 MiB."), {}};
    auto trace = std::make_unique<Trace>();
    if (const auto error = trace->load(&device))
        return *error;
    return trace;
}

} // namespace Retryscope
