// SPDX-License-Identifier: MIT
#include "ui/policy/waitpreview.h"

#include "ui/theme.h"

#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

using std::chrono::microseconds;

constexpr int mostDrawn = 4;

microseconds scaled(microseconds base, double factor)
{
    return microseconds(std::llround(static_cast<double>(base.count()) * factor));
}

QString number(double value)
{
    QString text = QString::number(value, 'f', value < 10.0 ? 2 : 1);
    while (text.endsWith(QLatin1Char('0')))
        text.chop(1);
    if (text.endsWith(QLatin1Char('.')))
        text.chop(1);
    return text;
}

} // namespace

QList<WaitRange> waitRanges(const RetryPolicy &policy, int count)
{
    QList<WaitRange> ranges;
    const microseconds cap = policy.maxBackoff;
    microseconds base = std::min<microseconds>(policy.initialBackoff, cap);
    for (int n = 0; n < std::min(count, policy.maxRetries); ++n) {
        ranges.append({base, scaled(base, 1.0 - policy.jitter),
                       std::min(scaled(base, 1.0 + policy.jitter), cap)});
        // Halving the cap instead of doubling the base: that cannot overflow.
        base = base > cap / 2 ? cap : base * 2;
    }
    return ranges;
}

QString rangeWords(const WaitRange &range)
{
    using namespace std::chrono_literals;
    const bool seconds = range.high >= 1s;
    const double unit = seconds ? 1e6 : 1e3;
    const QString low = number(static_cast<double>(range.low.count()) / unit);
    const QString high = number(static_cast<double>(range.high.count()) / unit);
    const QString name = seconds ? WaitPreview::tr("s") : WaitPreview::tr("ms");
    if (low == high)
        return WaitPreview::tr("%1 %2").arg(low, name);
    return WaitPreview::tr("%1 to %2 %3").arg(low, high, name);
}

WaitPreview::WaitPreview(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Next waits"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void WaitPreview::setPolicy(const RetryPolicy &policy)
{
    const int total = std::max(policy.maxRetries, 0);
    m_ranges = waitRanges(policy, mostDrawn);
    m_more = total - static_cast<int>(m_ranges.size());
    setAccessibleDescription(words());
    setToolTip(words());
    updateGeometry();
    update();
}

QString WaitPreview::words() const
{
    if (m_ranges.isEmpty())
        return tr("No retries: the first failure is final.");
    QStringList parts;
    for (const WaitRange &range : m_ranges)
        parts.append(rangeWords(range));
    QString text = tr("Next waits: %1").arg(parts.join(QStringLiteral("; ")));
    if (m_more > 0)
        text += tr("; and %n more", nullptr, m_more);
    return text;
}

int WaitPreview::rowHeight() const
{
    return fontMetrics().height() + 3;
}

QSize WaitPreview::sizeHint() const
{
    const int rows = std::max(static_cast<int>(m_ranges.size()), 1) + (m_more > 0 ? 1 : 0);
    return {120, rows * rowHeight()};
}

void WaitPreview::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    // As the timeline: time goes from left to right in every language.
    painter.setLayoutDirection(Qt::LeftToRight);
    const Theme &theme = Theme::current();
    painter.setPen(theme.mutedText());
    const int bottom = static_cast<int>(m_ranges.size()) * rowHeight();
    if (m_ranges.isEmpty()) {
        painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, words());
        return;
    }
    if (m_more > 0)
        painter.drawText(QRect(0, bottom, width(), rowHeight()), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("and %n more", nullptr, m_more));
    int words = 0;
    microseconds longest{1};
    for (const WaitRange &range : m_ranges) {
        words = std::max(words, fontMetrics().horizontalAdvance(rangeWords(range)));
        longest = std::max(longest, range.high);
    }
    const int left = fontMetrics().horizontalAdvance(tr("wait %1").arg(0)) + 10;
    const QRect bars(left, 0, std::max(width() - left - words - 10, 10), bottom);
    const double scale = bars.width() / static_cast<double>(longest.count());
    for (int i = 0; i < m_ranges.size(); ++i)
        paintRow(&painter, i, bars, scale);
}

void WaitPreview::paintRow(QPainter *painter, int index, const QRect &bars,
                           double perMicrosecond) const
{
    const Theme &theme = Theme::current();
    const WaitRange &range = m_ranges.at(index);
    const int top = index * rowHeight();
    const auto x = [&](microseconds t) {
        return bars.left() + static_cast<double>(t.count()) * perMicrosecond;
    };
    painter->setPen(theme.mutedText());
    painter->drawText(QRect(0, top, bars.left(), rowHeight()), Qt::AlignLeft | Qt::AlignVCenter,
                      tr("wait %1").arg(index + 1));
    painter->drawText(QRect(bars.right() + 8, top, width() - bars.right() - 8, rowHeight()),
                      Qt::AlignRight | Qt::AlignVCenter, rangeWords(range));
    const double middle = top + rowHeight() / 2.0;
    painter->setPen(QPen(theme.grid(), 1.0));
    painter->drawLine(QPointF(bars.left(), middle), QPointF(x(range.low), middle));
    const QRectF bar(x(range.low), middle - 4.0, std::max(x(range.high) - x(range.low), 2.0), 8.0);
    painter->fillRect(bar, QBrush(theme.hatch(), Qt::BDiagPattern));
    painter->setPen(QPen(theme.hatch(), 1.0));
    painter->drawRect(bar);
    painter->setPen(QPen(theme.text(), 2.0));
    painter->drawLine(QPointF(x(range.base), bar.top()), QPointF(x(range.base), bar.bottom()));
}

} // namespace Retryscope
