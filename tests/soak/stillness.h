// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QElapsedTimer>

namespace Retryscope::Test {

//! \brief Tells when nothing more will happen in this process unless a clock moves.
//!
//! Client, Qt's HTTP thread and scripted peer are threads of one process and talk over loopback:
//! whoever has bytes to take is running or waits for a processor, and the kernel says so. A machine
//! so busy that a thread is not run for seconds therefore does not look like a silent peer.
class Stillness final
{
public:
    //! To be called every few milliseconds, from the thread that waits. For how long every other
    //! thread has slept whenever this was called; 0 where one has something to do.
    qint64 elapsedMs();

private:
    QElapsedTimer m_since;
};

} // namespace Retryscope::Test
