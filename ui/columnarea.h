// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QScrollArea>

namespace Retryscope {

//! \brief A column that scrolls up and down and is as wide as its content needs, in any language
//! and size of letters; a bar helps only where that would be more than half a screen.
class ColumnArea final : public QScrollArea
{
    Q_OBJECT
public:
    //! Owns \a column.
    explicit ColumnArea(QWidget *column, QWidget *parent = nullptr);

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void fitWidth();
};

} // namespace Retryscope
