// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QString>

QT_BEGIN_NAMESPACE
class QUrl;
QT_END_NAMESPACE

namespace Retryscope {

class Dialect;
struct ChatRequest;

//! What \a dialect asks for at \a url, in which header the key goes, and how a stream of it ends: a
//! line for people. An empty URL: what it asks for anywhere.
QString dialectWords(const Dialect &dialect, const QUrl &url, const ChatRequest &chat);

} // namespace Retryscope
