// SPDX-License-Identifier: MIT
#include "ui/disclosurebutton.h"

namespace Retryscope {

DisclosureButton::DisclosureButton(const QString &name, const QString &toolTip, QWidget *panel,
                                   QWidget *parent)
    : QToolButton(parent)
{
    setCheckable(true);
    setAutoRaise(true);
    setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    setArrowType(Qt::RightArrow);
    setAccessibleName(name);
    setToolTip(toolTip);
    panel->setVisible(false);
    connect(this, &QToolButton::toggled, panel, [this, panel](bool open) {
        panel->setVisible(open);
        setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    });
}

} // namespace Retryscope
