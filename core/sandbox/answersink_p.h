// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/answer_p.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>

namespace Retryscope {

//! \brief Where an answer is written: an HTTP/1.1 connection, or one stream of an HTTP/2 one.
class AnswerSink : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    virtual void sendHead(const SandboxAnswer &answer) = 0;
    //! Not empty.
    virtual void sendBody(const QByteArray &bytes) = 0;
    //! The body is whole, and the framing says so.
    virtual void sendEnd() = 0;
    //! What was sent goes out now, in a segment and a TLS record of its own.
    virtual void flush() = 0;
    //! False while the client does not read what was sent.
    virtual bool hasRoom() const = 0;

Q_SIGNALS:
    void roomMade();
};

} // namespace Retryscope
