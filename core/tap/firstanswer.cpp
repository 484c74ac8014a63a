// SPDX-License-Identifier: MIT
#include "core/tap/firstanswer_p.h"

#include "core/wire/http1response.h"

namespace Retryscope {

WireEvent firstAnswer(const QByteArray &bytes)
{
    WireEvent event;
    event.kind = WireEvent::Kind::ResponseSeen;
    event.fromServer = true;
    HttpResponseReader reader;
    const QList<HttpResponsePart> parts = reader.feed(bytes);
    if (parts.isEmpty())
        return event;
    switch (parts.first().kind) {
    case HttpResponsePart::Kind::Interim:
    case HttpResponsePart::Kind::Head:
        event.status = bytes.sliced(9, 3).toInt();
        break;
    case HttpResponsePart::Kind::Foreign:
        event.error = QStringLiteral("not HTTP");
        break;
    case HttpResponsePart::Kind::Body:
    case HttpResponsePart::Kind::End:
        break;
    }
    return event;
}

} // namespace Retryscope
