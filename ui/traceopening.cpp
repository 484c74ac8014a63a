// SPDX-License-Identifier: MIT
#include "ui/traceopening.h"

#include <QtCore/QDeadlineTimer>

#include <utility>

namespace Retryscope {

namespace {

// With what else happens meanwhile, the event loop is held up for less than a picture lasts.
constexpr std::chrono::milliseconds slice(8);

} // namespace

TraceOpening::TraceOpening(std::unique_ptr<QFile> file, const TraceLimits &limits, QObject *parent)
    : QObject(parent)
    , m_file(std::move(file))
    , m_reader(m_file.get())
    , m_trace(std::make_shared<Trace>(limits))
{
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &TraceOpening::goOn);
}

TraceOpening::~TraceOpening() = default;

void TraceOpening::start()
{
    m_timer.start();
    goOn();
}

void TraceOpening::stop()
{
    if (!isReading())
        return;
    m_timer.stop();
    Q_EMIT finished();
}

int TraceOpening::percent() const
{
    const qint64 size = std::max<qint64>(m_file->size(), 1);
    return static_cast<int>(std::min<qint64>(m_file->pos() * 100 / size, 100));
}

void TraceOpening::goOn()
{
    const Result<bool> more = m_trace->loadMore(m_reader, QDeadlineTimer(slice));
    if (more && *more) {
        Q_EMIT advanced();
        return;
    }
    if (!more)
        m_problem = more.error().message;
    stop();
}

} // namespace Retryscope
