// SPDX-License-Identifier: MIT
#pragma once

#include "ui/response/slicedsearch.h"

#include <QtCore/QPointer>
#include <QtWidgets/QAbstractScrollArea>

namespace Retryscope {

class BodyStore;
class Trace;

//! \brief The bytes of a body, in hexadecimal and as characters. Only the rows that are seen are
//! read, so that a gigabyte costs what a kilobyte costs.
//!
//! Bytes are selected with the mouse or with arrows and Shift, and copied as rows.
class RawView final : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit RawView(QWidget *parent = nullptr);

    //! The trace's bytes, as many as there are now. Borrowed; it may be destroyed first.
    void show(const Trace *trace);
    //! Selects and shows them; those that have not arrived are left out.
    void select(qint64 offset, qint64 count);

    qint64 selectionBegin() const;
    qint64 selectionEnd() const;

    //! Looks for \a bytes behind the selection, then from the beginning; searched() tells. It does
    //! not block: a long body is searched piece by piece.
    void find(const QByteArray &bytes);
    //! Ends a search that is under way; false: there is none.
    bool stopSearch();

    //! The selected rows as text, at most a megabyte's.
    QString selectedText() const;

Q_SIGNALS:
    //! A person went to this byte.
    void visited(qint64 offset);
    void searched(bool found);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;

    // Taken, as the press was.
    void mouseReleaseEvent(QMouseEvent *) override {}

    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    const BodyStore *body() const;
    qint64 size() const;
    int rowHeight() const;
    int rowsPerPage() const;
    //! A fraction: rounded, a row of digits would drift from where its bytes are looked for.
    qreal charWidth() const;

    qreal margin() const { return charWidth() / 2; }

    void measure();
    void paintRow(QPainter &painter, qint64 row, int y) const;
    qint64 byteAt(QPoint point) const;
    void goTo(qint64 offset, bool extend);
    void reveal(qint64 offset);
    void tellPlace();
    void copy() const;

    QPointer<const Trace> m_trace;
    qint64 m_shown = 0;
    // Both are bytes of the selection, in either order; -1: nothing is selected.
    qint64 m_anchor = -1;
    qint64 m_current = -1;
    SlicedSearch m_search;
};

} // namespace Retryscope
