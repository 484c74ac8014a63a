// SPDX-License-Identifier: MIT
#pragma once

namespace Retryscope::Test {

//! \brief Tells when nothing more will happen in this process unless a clock moves.
//!
//! Client, Qt's HTTP thread and scripted peer are threads of one process and talk over loopback:
//! whoever has bytes to take is running or waits for a processor, and the kernel says so. A machine
//! so busy that a thread is not run for seconds therefore does not look like a silent peer.
class Stillness final
{
public:
    //! To be called every few milliseconds, from the event loop of the thread that waits: how many
    //! times in a row every other thread slept then; 0 where one has something to do. Not a time,
    //! for that passes too while this thread itself has to wait for a processor.
    int turns();

    void restart() { m_turns = 0; }

private:
    int m_turns = 0;
};

} // namespace Retryscope::Test
