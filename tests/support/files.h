// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QFile>
#include <QtCore/QString>
#include <QtCore/QtGlobal>

#include <sys/resource.h>

#include <csignal>

namespace Retryscope::Test {

//! All of the file at \a path; nothing where it cannot be read.
inline QByteArray readFile(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

//! While it lives, the system refuses to let any file of this process grow beyond some bytes.
class FullDisk
{
public:
    explicit FullDisk(rlim_t bytes)
    {
        // Without this the signal would end the process.
        m_handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit tight{};
        if (getrlimit(RLIMIT_FSIZE, &m_before) != 0)
            qFatal("no limit of file sizes can be read");
        tight = m_before;
        tight.rlim_cur = bytes;
        if (setrlimit(RLIMIT_FSIZE, &tight) != 0)
            qFatal("no limit of file sizes can be set");
    }

    ~FullDisk()
    {
        setrlimit(RLIMIT_FSIZE, &m_before);
        std::signal(SIGXFSZ, m_handler);
    }

    Q_DISABLE_COPY_MOVE(FullDisk)

private:
    rlimit m_before{};
    void (*m_handler)(int) = nullptr;
};

} // namespace Retryscope::Test
