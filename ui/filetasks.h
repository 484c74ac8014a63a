// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/trace.h"
#include "ui/filewriter.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QObject>

#include <memory>

QT_BEGIN_NAMESPACE
class QFile;
QT_END_NAMESPACE

namespace Retryscope {

class MessageBar;
class TraceOpening;

//! \brief What takes its time with files: a trace that is read, one file that is written. Both go
//! on beside everything else, say how far they are, and can be stopped.
class FileTasks final : public QObject
{
    Q_OBJECT
public:
    //! \a messages, where progress and problems are said, is borrowed and must outlive this.
    explicit FileTasks(MessageBar *messages, QObject *parent = nullptr);
    ~FileTasks() override;

    //! Begins to read the trace in \a file, open and at its beginning, in place of one that is
    //! being read. Where there is no event in it, this is said and nothing else happens.
    void openTrace(std::unique_ptr<QFile> file, const TraceLimits &limits = {});
    //! A trace that is being read ends here without a word: something else takes its place.
    void abandonTrace();
    //! Writes to \a path what \a source gives; refuses while another file is being written.
    //! \a remark is said where it succeeds: what the file lacks. May be empty.
    void write(const QString &path, FileWriter::Source source, const QString &remark = {});

    bool isReading() const { return m_opening != nullptr; }

    bool isWriting() const { return m_writer.isWriting(); }

    //! Ends reading, or else writing. False: neither can be ended.
    bool stop();

    //! Says that \a path was not opened, and \a why, a sentence.
    void tellRefused(const QString &path, const QString &why);
    //! Says that \a path was written or, with a \a problem, that it was not.
    void tellWritten(const QString &path, const QString &problem);

Q_SIGNALS:
    //! The first events of a trace are there, and more may follow until traceEnded().
    void traceBegun(const std::shared_ptr<Retryscope::Trace> &trace);
    void traceEnded();
    //! Not \a good: it was stopped, or something went wrong.
    void written(bool good);
    //! isReading() or isWriting() is another.
    void changed();

private:
    void tellProgress(const QString &sentence);
    void endOpening(bool isStopped);
    void endWriting(const QString &problem);

    MessageBar *m_messages;
    std::unique_ptr<TraceOpening> m_opening;
    FileWriter m_writer;
    QString m_remark;
    QDeadlineTimer m_quiet; // before it expires no progress is told
};

} // namespace Retryscope
