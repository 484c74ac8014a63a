// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>

namespace Retryscope {

//! Installs the words of the window in \a language ("de"), of Qt's own dialogs too where Qt's
//! catalogues are installed; empty: that of the desktop. English, the language of the sources,
//! needs a catalogue as well: it has the singulars. A language without a catalogue is English.
//!
//! What the engine says (verdicts, failures) stays English in every language: it is recorded in
//! traces, and compared and searched for across machines.
void installTranslation(const QString &language);

} // namespace Retryscope
