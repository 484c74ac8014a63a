// SPDX-License-Identifier: MIT
#include "ui/fontfollower.h"

#include <QtCore/QEvent>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QWidget>

#include <utility>

namespace Retryscope {

namespace {

class FontFollower final : public QObject
{
public:
    FontFollower(QWidget *widget, std::function<void()> apply)
        : QObject(widget)
        , m_apply(std::move(apply))
    {
        widget->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::FontChange)
            m_apply();
        return false;
    }

private:
    std::function<void()> m_apply;
};

} // namespace

void followFont(QWidget *widget, std::function<void()> apply)
{
    apply();
    new FontFollower(widget, std::move(apply));
}

QFont fixedFont()
{
    // Not the desktop's font itself: that has a size, which would stay when all others change.
    QFont font;
    font.setFamilies(QFontDatabase::systemFont(QFontDatabase::FixedFont).families());
    font.setStyleHint(QFont::Monospace);
    return font;
}

} // namespace Retryscope
