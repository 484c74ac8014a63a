// SPDX-License-Identifier: MIT
#include "ui/filewriter.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSaveFile>

#include <utility>

namespace Retryscope {

namespace {

// Pieces on their way: the disk has something to do while the next is fetched.
constexpr int mostOnTheWay = 3;

} // namespace

//! What the thread does. It reports by signals, and its functions are called by queued calls.
class FileWriter::Worker final : public QObject
{
    Q_OBJECT
public:
    explicit Worker(const QString &path) : m_file(path, this) {}

    void open()
    {
        if (!m_file.open(QIODevice::WriteOnly))
            fail();
    }

    void write(const QByteArray &bytes)
    {
        if (!m_isOver && m_file.write(bytes) != bytes.size())
            return fail();
        Q_EMIT wrote();
    }

    void commit()
    {
        if (m_isOver)
            return;
        if (!m_file.commit())
            return fail();
        m_isOver = true;
        Q_EMIT ended({});
    }

Q_SIGNALS:
    void wrote();
    void ended(const QString &problem);

private:
    void fail()
    {
        if (std::exchange(m_isOver, true))
            return;
        const QString problem = m_file.errorString();
        m_file.cancelWriting();
        Q_EMIT ended(problem);
    }

    QSaveFile m_file;
    bool m_isOver = false;
};

FileWriter::FileWriter(QObject *parent) : QObject(parent)
{
    m_thread.setObjectName(QStringLiteral("file writer"));
}

FileWriter::~FileWriter()
{
    if (isWriting())
        release();
}

void FileWriter::start(const QString &path, Source source)
{
    Q_ASSERT_X(!isWriting(), "FileWriter::start", "a file is being written");
    m_path = path;
    m_source = std::move(source);
    m_percent = 0;
    m_worker = new Worker(path);
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    connect(m_worker, &Worker::wrote, this, &FileWriter::goOn);
    connect(m_worker, &Worker::ended, this, &FileWriter::end);
    m_thread.start();
    QMetaObject::invokeMethod(m_worker, &Worker::open);
    for (int i = 0; i < mostOnTheWay && m_source; ++i)
        goOn();
}

bool FileWriter::stop()
{
    if (!m_source)
        return false;
    release();
    return true;
}

void FileWriter::release()
{
    m_source = nullptr;
    m_thread.quit();
    m_thread.wait();
    // A QSaveFile that was not committed has left the file as it was.
    m_worker = nullptr;
    // What the worker has said and nobody has heard yet must not reach the next file.
    QCoreApplication::removePostedEvents(this, QEvent::MetaCall);
}

void FileWriter::goOn()
{
    if (!m_source)
        return;
    const Piece piece = m_source();
    if (!piece.problem.isEmpty())
        return end(piece.problem);
    if (piece.bytes.isEmpty()) {
        m_source = nullptr;
        QMetaObject::invokeMethod(m_worker, &Worker::commit);
        return;
    }
    m_percent = piece.percent;
    QMetaObject::invokeMethod(m_worker,
                              [worker = m_worker, bytes = piece.bytes] { worker->write(bytes); });
    Q_EMIT advanced();
}

void FileWriter::end(const QString &problem)
{
    release();
    Q_EMIT finished(problem);
}

} // namespace Retryscope

#include "filewriter.moc"
