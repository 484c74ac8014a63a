// SPDX-License-Identifier: MIT
#include "ui/response/textlines.h"

#include "ui/response/textstore.h"

#include <QtCore/QTextBoundaryFinder>
#include <QtGui/QFontMetricsF>
#include <QtGui/QTextLayout>

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

// Pieces: several screens of the longest.
constexpr int MostLayouts = 24;

} // namespace

TextLines::TextLines() : m_layouts(MostLayouts)
{}

TextLines::~TextLines() = default;

void TextLines::setStore(const TextStore *store)
{
    m_store = store;
    m_layouts.clear();
}

void TextLines::setGeometry(qreal width, const QFont &font)
{
    m_width = width;
    m_font = font;
    m_layouts.clear();
}

const QTextLayout &TextLines::layout(qint64 piece) const
{
    const qint64 begin = m_store->pieceBegin(piece);
    const qint64 size = m_store->pieceEnd(piece) - begin;
    // The last piece grows.
    if (const QTextLayout *known = m_layouts.object(piece); known && known->text().size() == size)
        return *known;
    QString text = m_store->mid(begin, size);
    // As many units as before: places in the layout are places in the text.
    text.replace(QLatin1Char('\n'), QChar::LineSeparator);
    // The next piece begins a line of its own: no empty one stands before it.
    const bool isLast = piece + 1 == m_store->pieceCount();
    if (!isLast && text.endsWith(QChar::LineSeparator))
        text.back() = QLatin1Char(' ');
    auto *layout = new QTextLayout(text, m_font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout->setTextOption(option);
    layout->beginLayout();
    qreal y = 0;
    for (QTextLine line = layout->createLine(); line.isValid(); line = layout->createLine()) {
        line.setLineWidth(m_width);
        line.setPosition({0, y});
        y += std::ceil(line.height());
    }
    layout->endLayout();
    m_layouts.insert(piece, layout);
    return *layout;
}

qreal TextLines::heightOf(qint64 piece) const
{
    const QTextLayout &shown = layout(piece);
    const int last = shown.lineCount() - 1;
    return last < 0 ? 0 : shown.lineAt(last).y() + std::ceil(shown.lineAt(last).height());
}

qreal TextLines::heightOf(const Line &line) const
{
    const QTextLayout &shown = layout(line.piece);
    return std::ceil(shown.lineCount() == 0 ? QFontMetricsF(m_font).height()
                                            : shown.lineAt(line.number).height());
}

TextLines::Line TextLines::at(qint64 place) const
{
    const qint64 piece = m_store->pieceAt(place);
    const QTextLayout &shown = layout(piece);
    const QTextLine line =
        shown.lineForTextPosition(static_cast<int>(place - m_store->pieceBegin(piece)));
    return {piece, line.isValid() ? line.lineNumber() : std::max(shown.lineCount() - 1, 0)};
}

bool TextLines::step(Line &line, int count) const
{
    for (; count > 0; --count) {
        if (line.number + 1 < layout(line.piece).lineCount())
            ++line.number;
        else if (line.piece + 1 < m_store->pieceCount())
            line = {line.piece + 1, 0};
        else
            return false;
    }
    for (; count < 0; ++count) {
        if (line.number > 0)
            --line.number;
        else if (line.piece > 0)
            line = {line.piece - 1, std::max(0, layout(line.piece - 1).lineCount() - 1)};
        else
            return false;
    }
    return true;
}

qint64 TextLines::beginOf(const Line &line) const
{
    const QTextLayout &shown = layout(line.piece);
    const int at = shown.lineCount() == 0 ? 0 : shown.lineAt(line.number).textStart();
    return m_store->pieceBegin(line.piece) + at;
}

qint64 TextLines::endOf(const Line &line) const
{
    const QTextLayout &shown = layout(line.piece);
    if (shown.lineCount() == 0)
        return m_store->pieceBegin(line.piece);
    const QTextLine of = shown.lineAt(line.number);
    const bool isVeryLast =
        line.piece + 1 == m_store->pieceCount() && line.number + 1 == shown.lineCount();
    const int behind = isVeryLast || of.textLength() == 0 ? 0 : 1;
    return m_store->pieceBegin(line.piece) + of.textStart() + of.textLength() - behind;
}

qint64 TextLines::placeAt(const Line &line, qreal x) const
{
    const QTextLayout &shown = layout(line.piece);
    const int at = shown.lineCount() == 0 ? 0 : shown.lineAt(line.number).xToCursor(x);
    return std::min(m_store->pieceBegin(line.piece) + at, endOf(line));
}

qreal TextLines::xOf(const Line &line, qint64 place) const
{
    const QTextLayout &shown = layout(line.piece);
    const auto at = static_cast<int>(place - m_store->pieceBegin(line.piece));
    return shown.lineCount() == 0 ? 0 : shown.lineAt(line.number).cursorToX(at);
}

qint64 TextLines::nextPlace(qint64 place, int direction) const
{
    const qint64 piece = m_store->pieceAt(direction < 0 ? std::max<qint64>(place - 1, 0) : place);
    const auto at = static_cast<int>(place - m_store->pieceBegin(piece));
    const QTextLayout &shown = layout(piece);
    return m_store->pieceBegin(piece)
           + (direction < 0 ? shown.previousCursorPosition(at) : shown.nextCursorPosition(at));
}

std::pair<qint64, qint64> TextLines::wordAt(qint64 place) const
{
    const qint64 piece = m_store->pieceAt(place);
    const qint64 begin = m_store->pieceBegin(piece);
    QTextBoundaryFinder words(QTextBoundaryFinder::Word,
                              m_store->mid(begin, m_store->pieceEnd(piece) - begin));
    words.setPosition(place - begin);
    if (!words.isAtBoundary())
        words.toPreviousBoundary();
    const qint64 from = begin + words.position();
    const qsizetype end = words.toNextBoundary();
    return {from, end < 0 ? from : begin + end};
}

TextLines::Line TextLines::topFor(const Line &last, qreal height) const
{
    Line top = last;
    Line before = last;
    for (qreal used = heightOf(last); step(before, -1);) {
        used += heightOf(before);
        if (used > height)
            break;
        top = before;
    }
    return top;
}

} // namespace Retryscope
