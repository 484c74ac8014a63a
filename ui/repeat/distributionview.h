// SPDX-License-Identifier: MIT
#pragma once

#include "ui/repeat/distribution.h"

#include <QtWidgets/QWidget>

namespace Retryscope {

//! \brief The durations of many runs as a picture; its description says the same in words.
class DistributionView final : public QWidget
{
    Q_OBJECT
public:
    explicit DistributionView(QWidget *parent = nullptr);

    void setRuns(const QList<RepeatedRun> &runs);

    const Distribution &distribution() const { return m_distribution; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Distribution m_distribution;
};

} // namespace Retryscope
