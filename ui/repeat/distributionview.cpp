// SPDX-License-Identifier: MIT
#include "ui/repeat/distributionview.h"

#include "ui/repeat/distributionpainter.h"
#include "ui/repeat/repeatwords.h"

#include <QtGui/QPainter>

namespace Retryscope {

namespace {

constexpr int slices = 60;

} // namespace

DistributionView::DistributionView(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Distribution of durations"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setRuns({});
}

void DistributionView::setRuns(const QList<RepeatedRun> &runs)
{
    const qsizetype lanes = m_distribution.lanes.size();
    m_distribution = Distribution::of(runs, slices);
    const QString words = statisticsWords(RunStatistics::of(runs));
    setAccessibleDescription(words.isEmpty() ? noRunsWords() : words);
    if (m_distribution.lanes.size() != lanes)
        updateGeometry();
    update();
}

QSize DistributionView::sizeHint() const
{
    const auto lanes = static_cast<int>(m_distribution.lanes.size());
    return {480, qRound(DistributionPainter::height(std::max(lanes, 2), font()))};
}

QSize DistributionView::minimumSizeHint() const
{
    return {240, sizeHint().height()};
}

void DistributionView::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    DistributionPainter::paint(&painter, rect(), m_distribution, Theme::current(), font());
}

} // namespace Retryscope
