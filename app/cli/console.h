// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

namespace Retryscope {

//! \file
//! \brief Standard output for results, standard error for remarks; both written at once,
//! unbuffered.

void printResult(const QByteArray &bytes);
//! False once standard output has refused something (a full disk).
bool resultsWereWritten();
void printRemark(const QString &line);

//! True if standard output is a terminal.
bool resultIsTerminal();

//! Control characters other than tab and line feed made visible: an answer must not be able to
//! drive the terminal it is printed on.
QString withoutControls(const QString &text);

//! "retryscope-cli: WHERE: message", and where the error has a place in \a text, the text with a
//! caret under it.
void printError(const QString &where, const InputError &error, const QString &text = {});

} // namespace Retryscope
