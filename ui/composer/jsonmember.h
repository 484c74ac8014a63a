// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QString>

namespace Retryscope {

//! \file
//! \brief Members of members, by their names with dots between them: "inferenceConfig.maxTokens".

//! Undefined where there is none.
QJsonValue memberAt(const QJsonObject &object, const QString &path);
//! Undefined takes the member out, and the objects that are empty then. Nothing changes where
//! something that is no object stands in the way.
void setMemberAt(QJsonObject &object, const QString &path, const QJsonValue &value);
//! False where something that is no object stands in the way.
bool hasRoomAt(const QJsonObject &object, const QString &path);

} // namespace Retryscope
