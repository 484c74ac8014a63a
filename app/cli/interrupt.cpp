// SPDX-License-Identifier: MIT
#include "app/cli/interrupt.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace Retryscope {

namespace {

// A signal handler may do little more than write to a pipe.
int pipeEnds[2] = {-1, -1};

void handle(int number)
{
    std::signal(number, SIG_DFL);
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const auto written = write(pipeEnds[1], &byte, 1);
}

} // namespace

Interrupt::Interrupt(QObject *parent) : QObject(parent)
{
    if (pipe2(pipeEnds, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(pipeEnds[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        char byte = 0;
        if (read(pipeEnds[0], &byte, 1) == 1)
            Q_EMIT received(byte);
    });
    std::signal(SIGINT, handle);
    std::signal(SIGTERM, handle);
}

Interrupt::~Interrupt()
{
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    m_notifier.reset();
    for (int &end : pipeEnds) {
        if (end >= 0)
            close(end);
        end = -1;
    }
}

} // namespace Retryscope
