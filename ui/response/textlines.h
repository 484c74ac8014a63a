// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QCache>
#include <QtCore/QPointF>
#include <QtGui/QFont>

#include <utility>

QT_BEGIN_NAMESPACE
class QTextLayout;
QT_END_NAMESPACE

namespace Retryscope {

class TextStore;

//! \brief The lines that a TextStore has at a width: laid out piece by piece, and only where
//! somebody looks.
class TextLines final
{
public:
    //! \brief A line as it is shown: which of its piece.
    struct Line
    {
        qint64 piece = 0;
        int number = 0;

        friend bool operator==(const Line &, const Line &) = default;
    };

    TextLines();
    ~TextLines();

    //! Borrowed; null: none. What was laid out is forgotten.
    void setStore(const TextStore *store);

    const TextStore *store() const { return m_store; }

    //! In pixels.
    void setGeometry(qreal width, const QFont &font);

    // --- Only with a store

    const QTextLayout &layout(qint64 piece) const;
    //! The height of all lines of a piece.
    qreal heightOf(qint64 piece) const;
    qreal heightOf(const Line &line) const;
    //! The one that the unit at \a place is in.
    Line at(qint64 place) const;
    //! \a count lines further, or back; false: there are not so many, and it is the last, or first.
    bool step(Line &line, int count) const;
    qint64 beginOf(const Line &line) const;
    //! Before the line break that ends it, or the space at which it was wrapped.
    qint64 endOf(const Line &line) const;
    //! The place in the line at this distance from its begin.
    qint64 placeAt(const Line &line, qreal x) const;
    //! How far \a place, which must be in the line, is from its begin.
    qreal xOf(const Line &line, qint64 place) const;
    //! The next place at which a caret may stand, or the one before.
    qint64 nextPlace(qint64 place, int direction) const;
    //! From where to where the word at \a place goes.
    std::pair<qint64, qint64> wordAt(qint64 place) const;
    //! The uppermost line that may stand on top of \a height with \a last still in it.
    Line topFor(const Line &last, qreal height) const;

private:
    const TextStore *m_store = nullptr;
    qreal m_width = 0;
    QFont m_font;
    mutable QCache<qint64, QTextLayout> m_layouts;
};

} // namespace Retryscope
