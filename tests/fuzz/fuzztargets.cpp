// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzztargets.h"

#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"
#include "core/stream/streamdecoder.h"
#include "tests/fuzz/fuzzserver.h"
#include "tests/fuzz/fuzzwire.h"
#include "tests/llm/deltalog.h"
#include "tests/stream/recordlog.h"
#include "tests/support/pieces.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace Retryscope::TestSupport {

namespace {

// Small, so that the fuzzer finds its way to it.
constexpr qint64 Limit = 512;

//! Sizes from 1 to 64, by the first byte.
QList<QByteArray> cut(const QByteArray &body, char how)
{
    return piecesOf(body, 1 + (uchar(how) & 63));
}

template <typename Decoder>
QString fuzzDecoder(const QByteArray &body, char how)
{
    Decoder whole(Limit);
    const QStringList log = recordLog(whole, {body});
    if (whole.damage() && whole.damage()->offset > body.size())
        return u"the damage lies behind the body"_s;
    Decoder pieces(Limit);
    const QStringList other = recordLog(pieces, cut(body, how));
    return log == other ? QString() : u"the pieces matter"_s;
}

QString fuzzSse(const QByteArray &body, char how)
{
    SseDecoder whole(Limit);
    SseDecoder pieces(Limit);
    return sseLog(whole, {body}) == sseLog(pieces, cut(body, how)) ? QString()
                                                                   : u"the pieces matter"_s;
}

//! One whose streams have another end than the others', for half of the inputs.
const DialectFlavour *flavourFor(const Dialect &dialect, char how)
{
    const QList<DialectFlavour> &flavours = dialect.facts().flavours;
    const auto found = std::find_if(flavours.begin(), flavours.end(),
                                    [](const auto &flavour) { return flavour.endsWithBody; });
    return (uchar(how) & 128) == 0 || found == flavours.end() ? nullptr : &*found;
}

QString fuzzDialect(const Dialect &dialect, const QByteArray &body, char how)
{
    const bool clean = (uchar(how) & 64) != 0;
    const DialectFlavour *const flavour = flavourFor(dialect, how);
    StreamReader whole(&dialect, flavour);
    const QStringList log = streamLog(whole, {body}, clean);
    StreamReader pieces(&dialect, flavour);
    if (streamLog(pieces, cut(body, how), clean) != log)
        return u"the pieces matter"_s;
    if (answerLog(whole.answer()) != answerLog(pieces.answer()))
        return u"the pieces matter to the answer"_s;
    const StreamJudgement judgement = whole.finish(clean);
    if (judgement.offset < 0 || judgement.offset > body.size())
        return u"the verdict lies outside the body"_s;
    if (!whole.answer().text.isValidUtf16() || !judgement.reason.isValidUtf16())
        return u"half a character got through"_s;
    for (const Finding &finding : whole.findings()) {
        if (finding.offset < 0 || finding.offset > body.size())
            return u"a finding lies outside the body"_s;
    }
    const EventReading answer = dialect.readWhole(body);
    if (answer.terminal != answer.damage.isEmpty() || answer.damageOffset > body.size())
        return u"a whole answer is both sound and damaged"_s;
    dialect.readError(body);
    dialect.readModels(body);
    return {};
}

} // namespace

QStringList fuzzTargets()
{
    return QStringList{u"sse"_s, u"ndjson"_s, u"json-array"_s, u"aws-event-stream"_s}
           + Dialect::ids()
           + QStringList{u"http-request"_s, u"sandbox-request"_s, u"sandbox-script"_s,
                         u"socks5"_s,       u"tls-records"_s,     u"http-response"_s};
}

QString fuzz(const QString &target, QByteArrayView bytes)
{
    if (bytes.isEmpty())
        return {};
    const char how = bytes.front();
    const QByteArray body = bytes.sliced(1).toByteArray();
    if (target == "sse"_L1)
        return fuzzSse(body, how);
    if (target == "ndjson"_L1)
        return fuzzDecoder<NdJsonDecoder>(body, how);
    if (target == "json-array"_L1)
        return fuzzDecoder<JsonArrayDecoder>(body, how);
    if (target == "aws-event-stream"_L1)
        return fuzzDecoder<AwsEventDecoder>(body, how);
    if (target == "http-request"_L1)
        return fuzzHttpRequest(body, how);
    if (target == "sandbox-request"_L1)
        return fuzzSandboxRequest(body, how);
    if (target == "sandbox-script"_L1)
        return fuzzSandboxScript(body, how);
    if (target == "socks5"_L1)
        return fuzzSocks(body, how);
    if (target == "tls-records"_L1)
        return fuzzTlsRecords(body, how);
    if (target == "http-response"_L1)
        return fuzzHttpResponse(body, how);
    const Dialect *const dialect = Dialect::find(target);
    return dialect ? fuzzDialect(*dialect, body, how) : u"there is no such target"_s;
}

} // namespace Retryscope::TestSupport
