// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QThread>

#include <functional>

namespace Retryscope {

//! \brief Writes a file of any size from a thread of its own, so that no slow disk holds up the
//! window. The file is there whole at the end, or as it was before.
class FileWriter final : public QObject
{
    Q_OBJECT
public:
    //! \brief Some bytes of the file.
    struct Piece
    {
        //! Empty: there are no more.
        QByteArray bytes;
        //! How much of the whole there is with these.
        int percent = 0;
        //! Why the bytes cannot be had, without a full stop; then nothing is written.
        QString problem;
    };

    //! The next piece; asked in this object's thread.
    using Source = std::function<Piece()>;

    explicit FileWriter(QObject *parent = nullptr);
    //! Gives up what is under way.
    ~FileWriter() override;

    //! Nothing must be under way.
    void start(const QString &path, Source source);
    //! Leaves the file as it was. False: nothing was under way, or only the disk's last word is
    //! missing.
    bool stop();

    bool isWriting() const { return m_worker != nullptr; }

    QString path() const { return m_path; }

    //! From 0 to 100.
    int percent() const { return m_percent; }

Q_SIGNALS:
    void advanced();
    //! Without a \a problem the file is written.
    void finished(const QString &problem);

private:
    class Worker;

    void goOn();
    void end(const QString &problem);
    void release();

    QThread m_thread;
    Worker *m_worker = nullptr; // while writing; lives in the thread, and is destroyed there
    Source m_source;            // until it has given its last piece
    QString m_path;
    int m_percent = 0;
};

} // namespace Retryscope
