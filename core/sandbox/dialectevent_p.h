// SPDX-License-Identifier: MIT
#pragma once

#include "core/stream/streamdecoder.h"

#include <QtCore/QByteArray>

namespace Retryscope {

//! \brief One event of a stream before it is framed: what a dialect says, however it is written.
struct DialectEvent
{
    enum class Form {
        Event,
        Exception, //!< of an AWS event stream; an event like any other elsewhere
        Bare,      //!< written as it is, without any framing
    };

    //! The name on the "event:" line or in ":event-type"; empty: none.
    QByteArray type;
    //! One line: JSON, or OpenAI's "[DONE]".
    QByteArray data;
    Form form = Form::Event;

    bool isJson() const { return data.startsWith('{'); }
};

//! \brief How events become bytes.
struct EventFraming
{
    StreamFraming framing = StreamFraming::Sse;
    //! Ends each line of SSE and NDJSON.
    QByteArray lineEnd = "\n";

    //! \a first: it is the first of its stream (a JSON array begins with it).
    QByteArray write(const DialectEvent &event, bool first) const;
    //! What stands behind the last event of a stream that ends as it should.
    QByteArray end() const;
};

//! The text where it is to be there; nothing else.
inline QByteArray only(bool isThere, const QByteArray &text)
{
    return isThere ? text : QByteArray();
}

//! A JSON string with its quotes.
QByteArray jsonString(const QString &text);
//! The same without them: to stand in a JSON string.
QByteArray jsonInner(const QString &text);

} // namespace Retryscope
