// SPDX-License-Identifier: MIT
#pragma once

#include "tests/support/hpack.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>

namespace Retryscope::Test {

//! \brief What a script for an Http2Peer is made of. Names and numbers are RFC 9113's.
namespace Http2 {

enum class Error : quint32 {
    NoError,
    ProtocolError,
    InternalError,
    FlowControlError,
    SettingsTimeout,
    StreamClosed,
    FrameSizeError,
    RefusedStream,
    Cancel,
    CompressionError,
    ConnectError,
    EnhanceYourCalm,
    InadequateSecurity,
    Http11Required,
};

//! The last stream of a GOAWAY that lets every stream complete.
constexpr quint32 AllStreams = 0x7fffffff;

//! \brief One step of what the peer does with a request. It needs no more than the beginning of the
//! request, unless a step waits for its end.
struct Step
{
    enum class Kind { WholeRequest, Requests, Headers, Data, Reset, GoAway, Ping, Bytes, Fin, Rst };

    Kind kind = Kind::WholeRequest;
    quint32 number = 0; //!< a status, a count or a stream, as the kind has it
    Error error = Error::NoError;
    HeaderFields fields;
    QByteArray bytes;
    bool isLast = false; //!< with END_STREAM
    bool isContinued = false;
};

//! \brief The steps for one request, in order. After the last the stream stays as it is.
using Script = QList<Step>;

//! Waits for END_STREAM.
Step wholeRequest();
//! Waits until so many requests have come in whole, on all connections together.
Step requests(quint32 count);
Step headers(int status, const HeaderFields &fields = {});
//! The same in a HEADERS frame and a CONTINUATION frame.
Step continuedHeaders(int status, const HeaderFields &fields = {});
//! With END_STREAM: an answer without a body.
Step lastHeaders(int status, const HeaderFields &fields = {});
//! As the client's windows allow, and waits where they do not.
Step data(const QByteArray &bytes);
Step lastData(const QByteArray &bytes);
Step resetStream(Error error);
Step goAway(quint32 lastStream, Error error);
//! Waits for the answer: the client has then seen all that was sent before.
Step ping();
//! Sends bytes as they are.
Step bytes(const QByteArray &bytes);
//! Closes; over TLS with a close_notify.
Step fin();
//! Closes so that the other side sees a reset.
Step rst();

//! A frame, to be sent as bytes().
QByteArray frame(quint8 type, quint8 flags, quint32 stream, const QByteArray &payload);

//! Waits for the whole request, and answers it with a Content-Length.
Script response(int status, const QByteArray &body, const HeaderFields &fields = {});

} // namespace Http2

} // namespace Retryscope::Test
