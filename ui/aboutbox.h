// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QCoreApplication>
#include <QtCore/QString>

QT_BEGIN_NAMESPACE
class QWidget;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief What this program is, and what it runs on: for people, and for reports of faults.
class AboutBox
{
    Q_DECLARE_TR_FUNCTIONS(Retryscope::AboutBox)
public:
    //! One version a line: this program's, Qt's, OpenSSL's and the TLS backend's name, the system.
    static QString versions();
    //! Waits until it is closed.
    static void show(QWidget *parent);
};

} // namespace Retryscope
