// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtWidgets/QWidget>

namespace Retryscope {

//! \brief What the shapes and colours of a timeline mean, below it; in as many lines as its width
//! makes necessary.
class TimelineLegend final : public QWidget
{
    Q_OBJECT
public:
    explicit TimelineLegend(QWidget *parent = nullptr);

    QSize sizeHint() const override;

    QSize minimumSizeHint() const override { return {60, sizeHint().height()}; }

    int heightForWidth(int width) const override;

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

    //! An entry, the left end of its shape and its line.
    struct Place
    {
        Entry entry;
        double x;
        int line;
    };

    static QList<Entry> entries();
    QFont smallFont() const;
    int lineHeight() const;
    QList<Place> places(int width) const;
    static void paintShape(QPainter *painter, const QRectF &box, const Entry &entry);
};

} // namespace Retryscope
