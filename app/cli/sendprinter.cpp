// SPDX-License-Identifier: MIT
#include "app/cli/sendprinter.h"

#include "app/cli/console.h"

#include <QtCore/QJsonDocument>

#include <cmath>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

QString milliseconds(double microseconds)
{
    return QString::number(std::lround(microseconds / 1000.0)) + u" ms"_s;
}

QString milliseconds(std::chrono::nanoseconds stamp)
{
    return milliseconds(double(stamp.count()) / 1000.0);
}

//! Counted from the beginning of the attempt that was answered; empty where nothing was streamed.
QString timingLine(const RunSummary &summary)
{
    const StreamTiming &timing = summary.timing;
    QStringList parts;
    if (timing.firstByte)
        parts << u"first byte after %1"_s.arg(milliseconds(*timing.firstByte));
    if (timing.firstToken)
        parts << u"first token after %1"_s.arg(milliseconds(*timing.firstToken));
    if (timing.longestGap)
        parts << u"longest gap %1 before event %2"_s.arg(milliseconds(*timing.longestGap))
                     .arg(timing.longestGapEvent + 1);
    if (const auto rate = timing.tokensPerSecond(summary.answer.usage))
        parts << u"%1 tokens per second"_s.arg(*rate, 0, 'f', 1);
    return parts.join(u", "_s);
}

QString failureLine(const TraceEvent &event)
{
    const QJsonObject failure = event.fields.value("failure"_L1).toObject();
    const QString simulated =
        failure.value("simulated"_L1).toBool() ? u" (simulated)"_s : QString();
    return u"attempt %1 failed after %2%3: %4"_s.arg(event.attempt)
        .arg(milliseconds(event.fields.value("duration_us"_L1).toDouble()), simulated,
             failure.value("message"_L1).toString());
}

QString waitLine(const QJsonObject &decision)
{
    const double percent = (decision.value("factor"_L1).toDouble() - 1.0) * 100.0;
    return u"waiting %1 (%2 %3%4 %)"_s
        .arg(milliseconds(decision.value("delay_us"_L1).toDouble()),
             milliseconds(decision.value("base_us"_L1).toDouble()), percent < 0 ? u"-"_s : u"+"_s)
        .arg(std::lround(std::abs(percent)));
}

} // namespace

void SendPrinter::show(const TraceEvent &event)
{
    switch (m_mode) {
    case OutputMode::Text:
        showText(event);
        break;
    case OutputMode::JsonLines:
        printResult(event.toJsonLine() + '\n');
        break;
    case OutputMode::Summary:
        break;
    }
}

void SendPrinter::showText(const TraceEvent &event)
{
    if (event.name == TraceEventName::StreamDelta) {
        if (event.fields.value("delta"_L1).toString() == "text"_L1)
            printText(event.fields.value("text"_L1).toString());
    } else if (event.name == TraceEventName::AttemptFinished) {
        if (event.fields.value("failure"_L1).isObject())
            printRemark(failureLine(event));
    } else if (event.name == TraceEventName::TlsTerminated) {
        printRemark(u"attempt %1: %2 (simulated)"_s.arg(event.attempt)
                        .arg(event.fields.value("detail"_L1).toString()));
    } else if (event.name == TraceEventName::PolicyDecided) {
        if (event.fields.value("retry"_L1).toBool())
            printRemark(waitLine(event.fields));
    }
}

void SendPrinter::printText(const QString &text)
{
    if (text.isEmpty())
        return;
    printResult((resultIsTerminal() ? withoutControls(text) : text).toUtf8());
    m_lastText = text;
}

void SendPrinter::end(const RunSummary &summary)
{
    if (m_mode == OutputMode::Text) {
        if (!m_lastText.isEmpty() && !m_lastText.endsWith(u'\n'))
            printResult("\n");
        printRemark(summary.reason);
        const QString times = timingLine(summary);
        if (!times.isEmpty())
            printRemark(times);
        if (!summary.advice.isEmpty())
            printRemark(summary.advice);
    } else if (m_mode == OutputMode::Summary) {
        printResult(QJsonDocument(summary.toJson()).toJson(QJsonDocument::Compact) + '\n');
    }
}

} // namespace Retryscope
