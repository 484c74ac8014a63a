// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/stream/functionref.h"
#include "core/stream/streamrecord.h"

#include <QtCore/QByteArrayView>

#include <optional>
#include <string>

namespace Retryscope {

//! \brief Messages of the AWS event stream (application/vnd.amazon.eventstream) out of bytes in
//! pieces of any size.
//!
//! Pure, linear in the bytes, and allocation-free for a message once its buffer has grown. The
//! checksums of the prelude and of the message are checked; nothing of a message is shown before.
//!
//! \par Errors
//! A wrong checksum, lengths or headers that cannot be, or a message larger than the limit:
//! damage() is set, and nothing more is shown.
//! \par Source
//! https://smithy.io/2.0/aws/amazon-eventstream.html
class RETRYSCOPE_EXPORT AwsEventDecoder
{
public:
    static constexpr qint64 DefaultMessageLimit = qint64(64) * 1024 * 1024;
    static constexpr qsizetype PendingLimit = 4096;

    using RecordHandler = FunctionRef<void(const StreamRecord &)>;

    explicit AwsEventDecoder(qint64 messageLimit = DefaultMessageLimit);

    //! The handler must not call the decoder. A record's data is the message's payload; for a
    //! message of the type "error" it is the text of its header ":error-message".
    void feed(QByteArrayView bytes, RecordHandler onRecord);
    //! The body has ended; the message that was cut, if any. Valid until reset().
    StreamPending finish() const;
    //! Ready for another body; the buffers stay.
    void reset();

    qint64 bytes() const { return m_bytes; }

    const std::optional<StreamDamage> &damage() const { return m_damage; }

    //! Where the byte \a position of the data being shown stands in the body.
    qint64 bodyOffset(qsizetype position) const { return m_dataOffset + position; }

private:
    struct Headers
    {
        QByteArrayView messageType;
        QByteArrayView eventType;
        QByteArrayView exceptionType;
        QByteArrayView errorCode;
        QByteArrayView errorMessage;
    };

    QByteArrayView collect(QByteArrayView &bytes, qint64 wanted);
    bool checkPrelude(QByteArrayView prelude);
    void takeMessage(QByteArrayView message, RecordHandler onRecord);
    bool readHeaders(QByteArrayView message, Headers &headers);
    void fail(qint64 offset, const QString &reason);

    qint64 m_limit;
    qint64 m_bytes = 0;
    qint64 m_messageOffset = 0;
    qint64 m_dataOffset = 0;
    qint64 m_total = 0;    // of the message whose prelude was read; 0: not yet
    std::string m_message; // a message cut by the end of a piece
    std::string m_type;
    std::optional<StreamDamage> m_damage;
};

} // namespace Retryscope
