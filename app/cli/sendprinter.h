// SPDX-License-Identifier: MIT
#pragma once

#include "app/cli/sendoptions.h"
#include "core/run/runsummary.h"
#include "core/trace/traceevent.h"

namespace Retryscope {

//! \brief Prints a run in one of the three forms, while it goes.
class SendPrinter final
{
public:
    explicit SendPrinter(OutputMode mode) : m_mode(mode) {}

    void show(const TraceEvent &event);
    void end(const RunSummary &summary);

private:
    void showText(const TraceEvent &event);
    void printText(const QString &text);

    OutputMode m_mode;
    QString m_lastText;
};

} // namespace Retryscope
