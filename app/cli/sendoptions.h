// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/scenario.h"

#include <QtCore/QStringList>

#include <optional>

namespace Retryscope {

enum class OutputMode { Text, JsonLines, Summary };

//! \brief What "send" was asked to do.
struct SendOptions
{
    Scenario scenario;
    QByteArray key;
    OutputMode output = OutputMode::Text;
    //! Where the trace goes at the end; empty: nowhere.
    QString saveFile;
    //! So many runs, of which only rows and statistics are told; none: one run, told as it goes.
    std::optional<int> repeat;
};

//! \brief An error of the command line, with the option it belongs to and what was typed there.
struct UsageError
{
    QString option;
    InputError error;
    QString text;
};

//! Reads the arguments after the command's name. No value with no error means that help was asked
//! for and printed.
Result<std::optional<SendOptions>, UsageError> parseSendOptions(const QStringList &arguments);

//! Why a run was not started.
void printStartErrors(const QList<InputError> &errors, const SendOptions &options);

//! The option that a field of the scenario comes from: "policy.jitter" is "--jitter".
QString optionOf(const QString &field);

} // namespace Retryscope
