// SPDX-License-Identifier: MIT
#include "ui/response/textviewaccessible.h"

#include "ui/response/textstore.h"
#include "ui/response/textview.h"

#include <algorithm>
#include <limits>

namespace Retryscope {

namespace {

// In UTF-16 units: what is handed over at a time.
constexpr int MostText = 100'000;

// The interface counts with int.
int clamped(qint64 place)
{
    return static_cast<int>(std::clamp<qint64>(place, 0, std::numeric_limits<int>::max()));
}

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *view = qobject_cast<TextView *>(object);
    return view ? new TextViewAccessible(view) : nullptr;
}

} // namespace

TextViewAccessible::TextViewAccessible(TextView *view)
    : QAccessibleWidget(view, QAccessible::EditableText)
{}

void TextViewAccessible::install()
{
    [[maybe_unused]] static const bool once = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
}

TextView *TextViewAccessible::view() const
{
    return static_cast<TextView *>(object());
}

void *TextViewAccessible::interface_cast(QAccessible::InterfaceType type)
{
    if (type == QAccessible::TextInterface)
        return static_cast<QAccessibleTextInterface *>(this);
    return QAccessibleWidget::interface_cast(type);
}

QAccessible::State TextViewAccessible::state() const
{
    QAccessible::State state = QAccessibleWidget::state();
    state.readOnly = true;
    state.multiLine = true;
    state.selectableText = true;
    return state;
}

QString TextViewAccessible::text(QAccessible::Text type) const
{
    if (type != QAccessible::Value)
        return QAccessibleWidget::text(type);
    const bool isEmpty = view()->size() == 0;
    return isEmpty ? view()->placeholderText() : text(0, MostText);
}

void TextViewAccessible::selection(int index, int *begin, int *end) const
{
    const bool isOne = index == 0 && selectionCount() == 1;
    *begin = isOne ? clamped(view()->selectionBegin()) : 0;
    *end = isOne ? clamped(view()->selectionEnd()) : 0;
}

int TextViewAccessible::selectionCount() const
{
    return view()->selectionBegin() < view()->selectionEnd() ? 1 : 0;
}

void TextViewAccessible::addSelection(int begin, int end)
{
    setSelection(0, begin, end);
}

void TextViewAccessible::removeSelection(int index)
{
    if (index == 0)
        view()->goTo(view()->caret(), false);
}

void TextViewAccessible::setSelection(int index, int begin, int end)
{
    if (index == 0)
        view()->select(begin, qint64(end) - begin);
}

int TextViewAccessible::cursorPosition() const
{
    return clamped(view()->caret());
}

void TextViewAccessible::setCursorPosition(int position)
{
    view()->goTo(position, false);
}

QString TextViewAccessible::text(int begin, int end) const
{
    const TextStore *store = view()->store();
    if (!store || end <= begin)
        return {};
    return store->mid(begin, std::min(qint64(end) - begin, qint64(MostText)));
}

int TextViewAccessible::characterCount() const
{
    return clamped(view()->size());
}

QRect TextViewAccessible::characterRect(int offset) const
{
    const QRect rect = view()->rectOf(offset);
    return rect.isNull() ? rect
                         : QRect(view()->viewport()->mapToGlobal(rect.topLeft()), rect.size());
}

int TextViewAccessible::offsetAtPoint(const QPoint &point) const
{
    return clamped(view()->placeAt(view()->viewport()->mapFromGlobal(point)));
}

void TextViewAccessible::scrollToSubstring(int begin, int end)
{
    view()->select(begin, qint64(end) - begin);
}

QString TextViewAccessible::attributes(int, int *begin, int *end) const
{
    *begin = 0;
    *end = characterCount();
    return {};
}

} // namespace Retryscope
