// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QObject>
#include <QtCore/QSocketNotifier>

#include <memory>

namespace Retryscope {

//! \brief SIGINT and SIGTERM as a signal of Qt. A second one ends the program in the system's own
//! way.
class Interrupt final : public QObject
{
    Q_OBJECT
public:
    explicit Interrupt(QObject *parent = nullptr);
    ~Interrupt() override;

Q_SIGNALS:
    //! \a number is SIGINT or SIGTERM.
    void received(int number);

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace Retryscope
