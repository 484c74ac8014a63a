// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timeaxis.h"
#include "ui/timeline/timelinepainter.h"
#include "ui/timeline/timelinerows.h"

#include <QtCore/QTimer>
#include <QtWidgets/QTreeView>

#include <memory>

QT_BEGIN_NAMESPACE
class QRubberBand;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief The picture of a run: a row for each attempt and each wait, on one axis of time.
//!
//! Live while a run goes, at most 30 pictures a second however fast the model changes.
class TimelineView final : public QTreeView
{
    Q_OBJECT
public:
    //! The model is borrowed and must outlive the view.
    explicit TimelineView(TimelineModel *model, QWidget *parent = nullptr);
    ~TimelineView() override;

    const TimelineRows &rows() const { return *m_rows; }

    //! See TimelineRows::setNow().
    void setNow(TimelineRows::Now now);
    //! Everything the rows are drawn with now.
    TimelineLook look() const;

    //! Shows the whole run, and follows it.
    void fit();
    void zoom(double factor);
    void pan(double pixels);

    //! The attempt of the selected row; 0: none is selected.
    int selectedAttempt() const;
    void selectAttempt(int attempt);
    //! By one attempt, up (-1) or down (1).
    void stepAttempt(int direction);

Q_SIGNALS:
    void attemptSelected(int attempt);

protected:
    void dataChanged(const QModelIndex &topLeft, const QModelIndex &bottomRight,
                     const QList<int> &roles) override;
    void selectionChanged(const QItemSelection &selected,
                          const QItemSelection &deselected) override;
    void drawRow(QPainter *painter, const QStyleOptionViewItem &option,
                 const QModelIndex &index) const override;
    void keyPressEvent(QKeyEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void setUpView();
    void refresh();
    TimeAxis axis() const;
    std::chrono::microseconds fitEnd() const;
    void zoomAt(double factor, double x);
    void wheel(QWheelEvent *event);
    bool rubberBand(QMouseEvent *event);
    void zoomTo(double left, double right);

    TimelineRows *m_rows;
    QTimer m_refresh;
    std::unique_ptr<QRubberBand> m_band;
    QPoint m_bandFrom;
    bool m_fit = true;
    std::chrono::microseconds m_painted{-1}; // TimelineRows::now() then
    //! The range that is shown while not fitting.
    std::chrono::microseconds m_begin{0};
    std::chrono::microseconds m_end{1'000'000};
};

} // namespace Retryscope
