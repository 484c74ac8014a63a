// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QFrame>

QT_BEGIN_NAMESPACE
class QHBoxLayout;
class QLabel;
class QVBoxLayout;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief One of the numbered parts of the window: a heading with room for a few controls, and what
//! it is about below.
class Pane final : public QFrame
{
    Q_OBJECT
public:
    //! \a number 0: none is shown.
    Pane(int number, const QString &title, QWidget *parent = nullptr);

    //! Beside the heading, at the right.
    void addHeaderWidget(QWidget *widget);
    void setContent(QWidget *content, int stretch = 1);
    //! Where the keyboard goes when the pane is asked for.
    void setEntry(QWidget *entry);
    void enter();

private:
    QVBoxLayout *m_layout;
    QHBoxLayout *m_header;
    QWidget *m_entry = nullptr;
};

} // namespace Retryscope
