// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>
#include <QtWidgets/QWidget>

namespace Retryscope {

//! \brief What the shapes and colours of a timeline mean, in a line below it. Entries that do not
//! fit are left out from the end.
class TimelineLegend final : public QWidget
{
    Q_OBJECT
public:
    explicit TimelineLegend(QWidget *parent = nullptr);

    QSize sizeHint() const override;

    QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    enum class Shape { Bar, Hatching, Dot, Cross, Frame };

    struct Entry
    {
        Shape shape;
        QColor color;
        QString words;
    };

    static QList<Entry> entries();
    static void paintShape(QPainter *painter, const QRectF &box, const Entry &entry);
};

} // namespace Retryscope
