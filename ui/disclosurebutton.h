// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QToolButton>

namespace Retryscope {

//! \brief Shows and hides what most people do not need at once; its arrow says which.
class DisclosureButton final : public QToolButton
{
    Q_OBJECT
public:
    //! The panel is borrowed, must outlive the button, and is hidden at first. The name is for
    //! screen readers; the text is the caller's to set.
    DisclosureButton(const QString &name, const QString &toolTip, QWidget *panel,
                     QWidget *parent = nullptr);
};

} // namespace Retryscope
