// SPDX-License-Identifier: MIT
#include "tests/soak/stillness.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QString>

#include <algorithm>

#include <unistd.h>

namespace Retryscope::Test {

namespace {

//! proc(5): the letter behind the name in brackets, which may itself hold brackets and blanks. A
//! thread that has just ended sleeps for good.
bool isAsleep(const QString &task)
{
    QFile file(QStringLiteral("/proc/self/task/%1/stat").arg(task));
    if (!file.open(QIODevice::ReadOnly))
        return true;
    const QByteArray line = file.readAll();
    const qsizetype bracket = line.lastIndexOf(')');
    return line.isEmpty() || line.mid(bracket + 2, 1) == "S";
}

bool othersSleep()
{
    const QString own = QString::number(::gettid());
    const QStringList tasks =
        QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    return std::ranges::all_of(tasks,
                               [&](const QString &task) { return task == own || isAsleep(task); });
}

} // namespace

int Stillness::turns()
{
    m_turns = othersSleep() ? m_turns + 1 : 0;
    return m_turns;
}

} // namespace Retryscope::Test
