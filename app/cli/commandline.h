// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

QT_BEGIN_NAMESPACE
class QCommandLineParser;
QT_END_NAMESPACE

namespace Retryscope {

//! "Usage: retryscope-cli COMMAND ...", the options of \a parser, and \a more behind them.
QString helpText(const QCommandLineParser &parser, QLatin1StringView command,
                 const QString &more = {});

//! What every command does first: reads \a arguments and answers --help. None where the command is
//! to go on, else the program's exit code; what is wrong has been said then.
std::optional<int> readArguments(QCommandLineParser &parser, QLatin1StringView command,
                                 const QStringList &arguments, const QString &more = {});

//! Likewise, for a command that takes options only.
std::optional<int> readOptions(QCommandLineParser &parser, QLatin1StringView command,
                               const QStringList &arguments);

//! For the help of a command that ends with a verdict: the summary's members, and the exit codes.
QString summaryHelp();

} // namespace Retryscope
