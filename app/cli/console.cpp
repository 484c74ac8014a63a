// SPDX-License-Identifier: MIT
#include "app/cli/console.h"

#include <cstdio>
#include <unistd.h>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

bool everythingWritten = true;

} // namespace

void printResult(const QByteArray &bytes)
{
    const auto size = static_cast<std::size_t>(bytes.size());
    const bool written = std::fwrite(bytes.constData(), 1, size, stdout) == size;
    everythingWritten = std::fflush(stdout) == 0 && written && everythingWritten;
}

bool resultsWereWritten()
{
    return everythingWritten;
}

void printRemark(const QString &line)
{
    const QByteArray bytes = (withoutControls(line) + u'\n').toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<std::size_t>(bytes.size()), stderr);
}

bool resultIsTerminal()
{
    static const bool terminal = isatty(STDOUT_FILENO) != 0;
    return terminal;
}

QString withoutControls(const QString &text)
{
    QString safe = text;
    for (QChar &c : safe) {
        const bool wanted = c == u'\n' || c == u'\t';
        if (!wanted && c.category() == QChar::Other_Control)
            c = QChar::ReplacementCharacter;
    }
    return safe;
}

void printError(const QString &where, const InputError &error, const QString &text)
{
    const QString place = where.isEmpty() ? QString() : where + u": "_s;
    printRemark(u"retryscope-cli: "_s + place + error.message);
    const bool showable =
        error.offset && *error.offset <= text.size() && text.size() < 200 && !text.contains(u'\n');
    if (!showable || text.isEmpty())
        return;
    printRemark(u"  "_s + text);
    printRemark(u"  "_s + QString(*error.offset, u' ') + u'^');
}

} // namespace Retryscope
