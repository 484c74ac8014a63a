// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/files.h"

#include <QtCore/QByteArray>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QString>

//! \file
//! \brief The corpus of streams recorded by others, which is no part of the project: it is read
//! where it lies, and its tests are skipped where it is absent.

namespace Retryscope::TestSupport {

inline QDir corpus()
{
    const QString named = qEnvironmentVariable("RETRYSCOPE_CORPUS");
    return QDir(named.isEmpty() ? QStringLiteral(RETRYSCOPE_SOURCE_DIR "/../shared/corpus")
                                : named);
}

//! Empty if the corpus is there; else what to do about it, for QSKIP.
inline QByteArray corpusMissing()
{
    if (corpus().exists(QStringLiteral("README.md")))
        return {};
    return "No corpus at " + corpus().path().toUtf8() + ": set RETRYSCOPE_CORPUS to its folder.";
}

using Test::readFile;

//! The objects of a file with one JSON object a line.
inline QList<QJsonObject> readJsonLines(const QString &path)
{
    QList<QJsonObject> objects;
    // Qt's reader drops a U+FEFF at the start of a string, unless it is escaped.
    const QList<QByteArray> lines = readFile(path).replace("\xEF\xBB\xBF", "\\ufeff").split('\n');
    for (const QByteArray &line : lines) {
        if (!line.isEmpty())
            objects.append(QJsonDocument::fromJson(line).object());
    }
    return objects;
}

} // namespace Retryscope::TestSupport
