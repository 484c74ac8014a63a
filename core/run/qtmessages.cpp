// SPDX-License-Identifier: MIT
#include "core/run/qtmessages.h"

#include <QtCore/QLatin1StringView>
#include <QtCore/QString>
#include <QtCore/qlogging.h>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace Retryscope {

namespace {

QtMessageHandler previousHandler = nullptr;

bool isKnown(QtMsgType type, const QString &text)
{
    return type == QtWarningMsg
           && (text == "QIODevice::write (QTcpSocket): device not open"_L1
               || text == "QIODevice::write (QSslSocket): device not open"_L1);
}

void passOn(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (!isKnown(type, text))
        previousHandler(type, context, text);
}

} // namespace

void dropKnownQtMessages()
{
    // Qt gives its own handler by address: it may be called, also for messages that abort.
    previousHandler = qInstallMessageHandler(passOn);
}

} // namespace Retryscope
