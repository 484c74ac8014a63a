// SPDX-License-Identifier: MIT
#pragma once

#include "ui/response/textlines.h"

#include <QtCore/QBasicTimer>
#include <QtWidgets/QAbstractScrollArea>

namespace Retryscope {

//! \brief Shows text that only grows, of any length. Only what is seen is laid out, so that a
//! gigabyte costs what a page costs.
//!
//! Text is selected with the mouse or with arrows and Shift, and copied. A screen reader has it
//! through TextViewAccessible.
class TextView final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    //! What is copied at most, in UTF-16 units.
    static constexpr qint64 MostCopied = 32 * 1024 * 1024;

    explicit TextView(QWidget *parent = nullptr);
    ~TextView() override;

    //! Borrowed, and told by showMore() when it has grown; null: none, what is shown ends.
    void setStore(const TextStore *store);

    const TextStore *store() const { return m_lines.store(); }

    //! The end stays in sight where it was.
    void showMore();
    //! In place of text while there is none.
    void setPlaceholderText(const QString &text);

    QString placeholderText() const { return m_placeholder; }

    qint64 size() const;
    qint64 selectionBegin() const;
    qint64 selectionEnd() const;

    //! Where the next key acts: the end of the selection that moves.
    qint64 caret() const { return m_caret; }

    //! Selects and shows it.
    void select(qint64 from, qint64 count);
    void goTo(qint64 place, bool extend);
    //! At most MostCopied of it.
    QString selectedText() const;
    //! The unit under a point of the viewport.
    qint64 placeAt(QPointF point) const;
    //! In the viewport; null where it is not in sight.
    QRect rectOf(qint64 place) const;
    void copy() const;

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void wheelEvent(QWheelEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void timerEvent(QTimerEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    using Line = TextLines::Line;

    int rowsPerPage() const;
    bool isAtEnd() const;
    Line lastTop() const;
    void setTop(const Line &line);
    void scrollLines(int count);
    void updateScrollBar();
    void scrollTo(int value);
    void onScrollAction(int action);
    void reveal(qint64 place);
    void moveCaretByLines(int count, bool extend);
    void relayout();
    void paintPiece(QPainter &painter, qint64 piece, qreal y, const QRectF &clip) const;

    TextLines m_lines;
    QString m_placeholder;
    // Where the first line in sight begins.
    qint64 m_top = 0;
    qint64 m_anchor = 0;
    qint64 m_caret = 0;
    qreal m_caretX = -1; // where the caret strives to while it moves by lines; -1: where it is
    bool m_isMovingBar = false; // by ourselves
    int m_wheel = 0;            // what is left of the last turn, in eighths of a degree
    QBasicTimer m_autoScroll;
    QPointF m_dragged;
};

} // namespace Retryscope
