// SPDX-License-Identifier: MIT
#include "tests/support/http2script.h"

#include "tests/support/http2session_p.h"

#include <QtCore/QtEndian>

namespace Retryscope::Test::Http2 {

namespace {

Step headersStep(int status, const HeaderFields &fields)
{
    Step step;
    step.kind = Step::Kind::Headers;
    step.number = static_cast<quint32>(status);
    step.fields = fields;
    return step;
}

Step bytesStep(Step::Kind kind, const QByteArray &bytes)
{
    Step step;
    step.kind = kind;
    step.bytes = bytes;
    return step;
}

Step numberStep(Step::Kind kind, quint32 number, Error error = Error::NoError)
{
    Step step;
    step.kind = kind;
    step.number = number;
    step.error = error;
    return step;
}

} // namespace

Step wholeRequest()
{
    return numberStep(Step::Kind::WholeRequest, 0);
}

Step requests(quint32 count)
{
    return numberStep(Step::Kind::Requests, count);
}

Step headers(int status, const HeaderFields &fields)
{
    return headersStep(status, fields);
}

Step continuedHeaders(int status, const HeaderFields &fields)
{
    Step step = headersStep(status, fields);
    step.isContinued = true;
    return step;
}

Step lastHeaders(int status, const HeaderFields &fields)
{
    Step step = headersStep(status, fields);
    step.isLast = true;
    return step;
}

Step data(const QByteArray &bytes)
{
    return bytesStep(Step::Kind::Data, bytes);
}

Step lastData(const QByteArray &bytes)
{
    Step step = bytesStep(Step::Kind::Data, bytes);
    step.isLast = true;
    return step;
}

Step resetStream(Error error)
{
    return numberStep(Step::Kind::Reset, 0, error);
}

Step goAway(quint32 lastStream, Error error)
{
    return numberStep(Step::Kind::GoAway, lastStream, error);
}

Step ping()
{
    return numberStep(Step::Kind::Ping, 0);
}

Step bytes(const QByteArray &bytes)
{
    return bytesStep(Step::Kind::Bytes, bytes);
}

Step fin()
{
    return numberStep(Step::Kind::Fin, 0);
}

Step rst()
{
    return numberStep(Step::Kind::Rst, 0);
}

QByteArray bytesOf(quint32 number)
{
    QByteArray bytes(4, '\0');
    qToBigEndian(number, bytes.data());
    return bytes;
}

QByteArray frame(quint8 type, quint8 flags, quint32 stream, const QByteArray &payload)
{
    QByteArray head(9, '\0');
    qToBigEndian(static_cast<quint32>(payload.size()) << 8 | type, head.data());
    head[4] = static_cast<char>(flags);
    qToBigEndian(stream, head.data() + 5);
    return head + payload;
}

Script response(int status, const QByteArray &body, const HeaderFields &fields)
{
    const HeaderFields length{{"content-length", QByteArray::number(body.size())}};
    return {wholeRequest(), headers(status, length + fields), lastData(body)};
}

} // namespace Retryscope::Test::Http2
