// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/llm/dialectflavour.h"
#include "core/llm/headerfield.h"
#include "core/llm/tools.h"
#include "core/stream/streamdecoder.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

namespace Retryscope {

//! \brief A member of the request that the form may offer beside model, system and messages.
struct RETRYSCOPE_EXPORT DialectField
{
    //! \brief What belongs there.
    enum class Kind {
        Number,
        Count, //!< a whole number
        Word,  //!< or true, or false
    };

    //! Where it stands in the JSON, members separated by dots: "inferenceConfig.maxTokens".
    QString member;
    //! A word or two: "Maximum tokens".
    QString label;
    //! What is sent where the person says nothing; empty where the member is left out then.
    QString defaultValue;
    Kind kind = Kind::Number;
};

//! \brief What one dialect is, as far as it is data.
struct RETRYSCOPE_EXPORT DialectFacts
{
    QString id;
    QString name;
    //! It is no format: see Dialect::raw().
    bool isRaw = false;
    //! "https://api.anthropic.com"; "{region}" stands for what the person has to fill in.
    QString baseUrl;
    //! Behind a base URL. "{model}" stands for the model.
    QString path;
    //! For an answer that is not streamed; empty where it is the same.
    QString wholePath;
    //! The query of a streaming request: "alt=sse".
    QString streamQuery;
    QString defaultModel;
    //! A request streams unless it says no.
    bool streamsUnlessTold = false;

    //! The key goes behind the value here: {"Authorization", "Bearer "}.
    HeaderField keyHeader;
    //! Headers that every request has.
    QList<HeaderField> headers;
    //! Where there is no key, requests are signed with Amazon's credentials: see signAwsRequest().
    bool awsSigned = false;
    //! The environment variable that usually holds the key.
    QString keyVariable;

    //! Those that answers have, best first.
    QList<QByteArray> requestIdHeaders;
    //! GET this behind the base URL for the models.
    QString modelsPath;

    StreamFraming framing = StreamFraming::Sse;
    //! Media types of a stream, the usual one first.
    QList<QByteArray> contentTypes;
    //! How a stream ends, one line for people.
    QString ending;
    //! As DialectFlavour::endsWithBody, of all that speak it.
    bool endsWithBody = false;

    QList<DialectField> fields;
    //! Where the tools stand in the JSON, as DialectField::member, and how they are written there.
    QString toolsMember = {};
    ToolForm toolForm = ToolForm::None;
    //! Who speaks it, the first one as the members above say; empty where there is only one.
    QList<DialectFlavour> flavours;

    //! The path names the model, and whether to stream; the body does not.
    bool modelInPath() const { return path.contains(QStringLiteral("{model}")); }
};

} // namespace Retryscope
