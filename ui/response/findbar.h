// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QLineEdit>

namespace Retryscope {

//! \brief The field of a search, out of sight until it is opened. Return asks for the next place;
//! Escape closes it.
class FindBar final : public QLineEdit
{
    Q_OBJECT
public:
    explicit FindBar(QWidget *parent = nullptr);

    void open();
    //! False: it is nowhere, and the field shows that.
    void showFound(bool found);

private:
    void addClearButton();
};

} // namespace Retryscope
