// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/retrypolicy.h"

#include <QtCore/QList>
#include <QtWidgets/QWidget>

#include <chrono>

namespace Retryscope {

//! \brief From where to where a wait can be drawn.
struct WaitRange
{
    std::chrono::microseconds base{0};
    std::chrono::microseconds low{0};
    std::chrono::microseconds high{0};

    friend bool operator==(const WaitRange &, const WaitRange &) = default;
};

//! The ranges of the first \a count waits that a policy allows, at most maxRetries.
QList<WaitRange> waitRanges(const RetryPolicy &policy, int count);
//! "150 to 250 ms", in the largest unit that keeps both exact enough.
QString rangeWords(const WaitRange &range);

//! \brief The next waits, drawn before anything is sent: a bar from the shortest to the longest,
//! with the base marked.
class WaitPreview final : public QWidget
{
    Q_OBJECT
public:
    explicit WaitPreview(QWidget *parent = nullptr);

    void setPolicy(const RetryPolicy &policy);

    QSize sizeHint() const override;

    QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    int rowHeight() const;
    void paintRow(QPainter *painter, int index, const QRect &bars, double perMicrosecond) const;
    QString words() const;

    QList<WaitRange> m_ranges;
    //! Waits beyond those drawn.
    int m_more = 0;
};

} // namespace Retryscope
