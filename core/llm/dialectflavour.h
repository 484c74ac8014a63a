// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/headerfield.h"

#include <QtCore/QJsonObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief A server that speaks a dialect with differences that are only data.
struct RETRYSCOPE_EXPORT DialectFlavour
{
    QString id;
    QString name;
    //! "{resource}" and the like stand for what the person has to fill in.
    QString baseUrl;
    QString path;
    QString modelsPath;
    QString defaultModel;
    //! As DialectFacts::keyHeader.
    HeaderField keyHeader;
    QString keyVariable;
    //! For ChatRequest::extra: null takes a member out that the dialect would send by itself.
    QJsonObject extra;
    //! What is different about its streams, a sentence; empty where nothing is.
    QString note;
    //! No event ends its streams: they are whole where they end behind the finish reason of every
    //! choice.
    bool endsWithBody = false;
};

} // namespace Retryscope
