// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/trace.h"
#include "ui/theme.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief What a person has set once and for all. A value; it is kept in the session.
struct Settings
{
    static constexpr int SmallestFont = 6;
    static constexpr int LargestFont = 32;
    static constexpr int MostMemory = 4096;
    static constexpr int LargestBody = 1'000'000;

    Theme::Mode theme = Theme::Mode::Desktop;
    //! In points; 0: the desktop's.
    int fontSize = 0;
    //! "de"; empty: the desktop's. Heeded at the start.
    QString language;
    //! In MiB, for each of body and events; what is beyond lies in a temporary file.
    int memory = int(SpillBuffer::UsualMemory / (1024 * 1024));
    //! In MB; 0: all of it is kept.
    int body = 0;

    TraceLimits traceLimits() const;
    //! Sets the application's palette and font.
    void apply() const;

    //! What to do where no font has letters, a sentence; empty where there is one.
    static QString fontProblem();

    QJsonObject toJson() const;
    //! Whatever is missing or out of range is as it is by default.
    static Settings fromJson(const QJsonObject &json);
    //! The language in the session file at \a path; empty without one.
    static QString languageIn(const QString &path);

    friend bool operator==(const Settings &, const Settings &) = default;

    Q_DECLARE_TR_FUNCTIONS(Retryscope::Settings)
};

} // namespace Retryscope
