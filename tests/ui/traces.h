// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/trace.h"

#include <QtCore/QBuffer>
#include <QtCore/QByteArray>
#include <QtCore/QString>

//! \file
//! \brief Traces written by hand, as the lines of a saved file.

namespace Retryscope {

//! Fills \a trace; the sentence of the mistake where a line is wrong.
inline QString loadTrace(Trace *trace, const QByteArray &lines)
{
    QByteArray copy = lines;
    QBuffer buffer(&copy);
    buffer.open(QIODevice::ReadOnly);
    const auto error = trace->load(&buffer);
    return error ? error->message : QString();
}

//! dns, then a refused connection, then an answer of three events.
inline QByteArray storyLines()
{
    return R"({"t":0,"attempt":0,"source":"client","event":"run.started","schema":1}
{"t":100,"attempt":1,"source":"client","event":"attempt.started","url":"http://localhost:1/v1/chat/completions","method":"POST","headers":[["Content-Type","application/json"]]}
{"t":200,"attempt":1,"source":"wire","event":"dns.started","host":"localhost"}
{"t":250,"attempt":1,"source":"wire","event":"fault.injected","fault":"dns","detail":"NXDOMAIN","simulated":true}
{"t":3100,"attempt":1,"source":"wire","event":"dns.finished","host":"localhost","error":"name not found"}
{"t":3200,"attempt":1,"source":"client","event":"attempt.finished","failure":{"kind":"Dns","timeout":null,"phase":"Dns","safety":"NotSent","qt_error":3,"qt_error_name":"HostNotFoundError","qt_error_string":"Host not found","cause":"","message":"The name localhost could not be found.","address":"","simulated":true},"status":0,"wire_sends":0,"reused_connection":false,"duration_us":3100}
{"t":3300,"attempt":1,"source":"policy","event":"policy.decided","retry":true,"reason":"TransportFailure","base_us":200000,"factor":0.935,"delay_us":187000}
{"t":3400,"attempt":1,"source":"policy","event":"wait.started","delay_us":187000}
{"t":190400,"attempt":1,"source":"policy","event":"wait.finished","late_us":100,"cut_short":false}
{"t":190500,"attempt":2,"source":"client","event":"attempt.started","url":"http://localhost:1/v1/chat/completions","method":"POST"}
{"t":190600,"attempt":2,"source":"wire","event":"dns.started","host":"localhost"}
{"t":191000,"attempt":2,"source":"wire","event":"dns.finished","host":"localhost","addresses":["127.0.0.1"]}
{"t":191100,"attempt":2,"source":"wire","event":"connect.started","address":"127.0.0.1:1"}
{"t":191200,"attempt":2,"source":"wire","event":"fault.injected","fault":"refused","detail":"refused","simulated":true}
{"t":194000,"attempt":2,"source":"wire","event":"connect.finished","address":"127.0.0.1:1","error":"connection refused"}
{"t":194100,"attempt":2,"source":"client","event":"attempt.finished","failure":{"kind":"Connect","timeout":null,"phase":"Connect","safety":"NotSent","qt_error":1,"qt_error_name":"ConnectionRefusedError","qt_error_string":"Connection refused","cause":"","message":"The connection was refused.","address":"127.0.0.1:1","simulated":true},"status":0,"wire_sends":0,"reused_connection":false,"duration_us":3600}
{"t":194200,"attempt":2,"source":"policy","event":"policy.decided","retry":true,"reason":"TransportFailure","base_us":400000,"factor":1.08,"delay_us":432000}
{"t":194300,"attempt":2,"source":"policy","event":"wait.started","delay_us":432000}
{"t":626300,"attempt":2,"source":"policy","event":"wait.finished","late_us":0,"cut_short":false}
{"t":626400,"attempt":3,"source":"client","event":"attempt.started","url":"http://localhost:1/v1/chat/completions","method":"POST","headers":[["Content-Type","application/json"]]}
{"t":626500,"attempt":3,"source":"wire","event":"dns.started","host":"localhost"}
{"t":626900,"attempt":3,"source":"wire","event":"dns.finished","host":"localhost","addresses":["127.0.0.1"]}
{"t":627000,"attempt":3,"source":"wire","event":"connect.started","address":"127.0.0.1:1"}
{"t":628000,"attempt":3,"source":"wire","event":"connect.finished","address":"127.0.0.1:1"}
{"t":628500,"attempt":3,"source":"client","event":"request.sent","send":1}
{"t":780000,"attempt":3,"source":"wire","event":"response.started"}
{"t":780500,"attempt":3,"source":"client","event":"response.head","status":200,"reason":"OK","http_version":"HTTP/1.1","headers":[["Content-Type","text/event-stream"]]}
{"t":781000,"attempt":3,"source":"client","event":"body.data","offset":0,"bytes":100}
{"t":781000,"attempt":3,"source":"stream","event":"stream.event","index":0,"offset":0,"bytes":50,"type":"message","data":"{\"a\":1}","content":true,"terminal":false}
{"t":781000,"attempt":3,"source":"stream","event":"stream.delta","delta":"text","text":"The sky "}
{"t":2800000,"attempt":3,"source":"stream","event":"stream.event","index":1,"offset":50,"bytes":50,"type":"message","data":"{\"a\":2}","content":true,"terminal":false}
{"t":2800000,"attempt":3,"source":"stream","event":"stream.delta","delta":"text","text":"is blue."}
{"t":2810000,"attempt":3,"source":"stream","event":"stream.event","index":2,"offset":100,"bytes":14,"type":"message","data":"[DONE]","content":false,"terminal":true}
{"t":2811000,"attempt":3,"source":"client","event":"attempt.finished","failure":null,"status":200,"wire_sends":1,"reused_connection":false,"duration_us":2184600}
{"t":2811500,"attempt":0,"source":"client","event":"run.finished","verdict":"Complete"}
)";
}

//! The first \a count lines of a story: a run that is not over.
inline QByteArray firstLines(const QByteArray &lines, int count)
{
    qsizetype end = 0;
    for (int i = 0; i < count && end >= 0; ++i)
        end = lines.indexOf('\n', end) + 1;
    return lines.left(end);
}

} // namespace Retryscope
