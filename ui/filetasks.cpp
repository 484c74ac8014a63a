// SPDX-License-Identifier: MIT
#include "ui/filetasks.h"

#include "ui/messagebar.h"
#include "ui/traceopening.h"

#include <QtCore/QDir>
#include <QtCore/QFile>

#include <utility>

namespace Retryscope {

namespace {

using namespace std::chrono_literals;

// What is done sooner needs no progress, and nobody reads faster.
constexpr auto firstProgress = 300ms;
constexpr auto nextProgress = 100ms;

//! As people write it here.
QString shown(const QString &path)
{
    return QDir::toNativeSeparators(path);
}

} // namespace

FileTasks::FileTasks(MessageBar *messages, QObject *parent) : QObject(parent), m_messages(messages)
{
    connect(&m_writer, &FileWriter::advanced, this, [this] {
        tellProgress(tr("Writing %1: %2 %. Esc stops it.")
                         .arg(shown(m_writer.path()))
                         .arg(m_writer.percent()));
    });
    connect(&m_writer, &FileWriter::finished, this, &FileTasks::endWriting);
}

FileTasks::~FileTasks() = default;

void FileTasks::tellRefused(const QString &path, const QString &why)
{
    m_messages->showMessage(MessageBar::Kind::Mistake,
                            tr("%1 was not opened: %2").arg(shown(path), why));
}

void FileTasks::tellWritten(const QString &path, const QString &problem)
{
    const bool good = problem.isEmpty();
    m_messages->showMessage(good ? MessageBar::Kind::Remark : MessageBar::Kind::Mistake,
                            good ? tr("Saved as %1.").arg(shown(path))
                                 : tr("%1 was not written: %2.").arg(shown(path), problem));
}

void FileTasks::openTrace(std::unique_ptr<QFile> file, const TraceLimits &limits)
{
    auto opening = std::make_unique<TraceOpening>(std::move(file), limits);
    m_quiet.setRemainingTime(firstProgress);
    opening->start();
    if (opening->trace()->events().empty())
        return tellRefused(opening->path(), opening->problem());
    m_opening = std::move(opening);
    Q_EMIT traceBegun(m_opening->trace());
    if (!m_opening->isReading())
        return endOpening(false);
    connect(m_opening.get(), &TraceOpening::advanced, this, [this] {
        tellProgress(tr("Reading %1: %2 %. Esc stops it.")
                         .arg(shown(m_opening->path()))
                         .arg(m_opening->percent()));
    });
    connect(m_opening.get(), &TraceOpening::finished, this, [this] { endOpening(false); });
    Q_EMIT changed();
}

void FileTasks::abandonTrace()
{
    if (!m_opening)
        return;
    m_opening.reset();
    Q_EMIT changed();
}

void FileTasks::endOpening(bool isStopped)
{
    TraceOpening *const opening = m_opening.release();
    opening->disconnect(this);
    opening->stop();
    // It may be what calls this.
    opening->deleteLater();
    const QString path = shown(opening->path());
    const bool isWhole = opening->trace()->events().back().name == TraceEventName::RunFinished;
    if (!opening->problem().isEmpty()) {
        m_messages->showMessage(MessageBar::Kind::Mistake,
                                tr("%1 is damaged. %2 What stands before that is shown.")
                                    .arg(path, opening->problem()));
    } else if (isStopped) {
        m_messages->showMessage(MessageBar::Kind::Remark,
                                tr("Reading %1 was stopped at %2 %. What was read is shown.")
                                    .arg(path)
                                    .arg(opening->percent()));
    } else {
        m_messages->showMessage(
            MessageBar::Kind::Remark,
            isWhole ? tr("This is the trace %1.").arg(path)
                    : tr("This is the trace %1. It ends before its run did.").arg(path));
    }
    Q_EMIT traceEnded();
    Q_EMIT changed();
}

void FileTasks::write(const QString &path, FileWriter::Source source, const QString &remark)
{
    if (m_writer.isWriting()) {
        m_messages->showMessage(MessageBar::Kind::Mistake,
                                tr("%1 was not written: %2 is being written. Wait for its end, or "
                                   "stop it with Esc.")
                                    .arg(shown(path), shown(m_writer.path())));
        return;
    }
    m_remark = remark;
    m_quiet.setRemainingTime(firstProgress);
    m_writer.start(path, std::move(source));
    Q_EMIT changed();
}

void FileTasks::endWriting(const QString &problem)
{
    if (problem.isEmpty() && !m_remark.isEmpty())
        m_messages->showMessage(MessageBar::Kind::Mistake,
                                tr("%1 is not whole: %2").arg(shown(m_writer.path()), m_remark));
    else
        tellWritten(m_writer.path(), problem);
    Q_EMIT changed();
    Q_EMIT written(problem.isEmpty());
}

bool FileTasks::stop()
{
    if (m_opening) {
        endOpening(true);
        return true;
    }
    if (!m_writer.stop())
        return false;
    m_messages->showMessage(MessageBar::Kind::Mistake,
                            tr("%1 was not written: it was stopped.").arg(shown(m_writer.path())));
    Q_EMIT changed();
    Q_EMIT written(false);
    return true;
}

void FileTasks::tellProgress(const QString &sentence)
{
    if (!m_quiet.hasExpired())
        return;
    m_quiet.setRemainingTime(nextProgress);
    m_messages->showMessage(MessageBar::Kind::Remark, sentence);
}

} // namespace Retryscope
