// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QAccessibleWidget>

namespace Retryscope {

class TextView;

//! \brief Reads a TextView to assistive tools: all of its text, where the caret is, what is
//! selected.
class TextViewAccessible final
    : public QAccessibleWidget
    , public QAccessibleTextInterface
{
public:
    explicit TextViewAccessible(TextView *view);

    //! Makes every TextView accessible; once is enough.
    static void install();

    void *interface_cast(QAccessible::InterfaceType type) override;
    QAccessible::State state() const override;
    QString text(QAccessible::Text type) const override;

    void selection(int index, int *begin, int *end) const override;
    int selectionCount() const override;
    void addSelection(int begin, int end) override;
    void removeSelection(int index) override;
    void setSelection(int index, int begin, int end) override;
    int cursorPosition() const override;
    void setCursorPosition(int position) override;
    QString text(int begin, int end) const override;
    int characterCount() const override;
    QRect characterRect(int offset) const override;
    int offsetAtPoint(const QPoint &point) const override;
    void scrollToSubstring(int begin, int end) override;
    QString attributes(int offset, int *begin, int *end) const override;

private:
    TextView *view() const;
};

} // namespace Retryscope
