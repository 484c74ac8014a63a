// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzzserver.h"

#include "core/fault/faultcatalogue.h"
#include "core/llm/dialect.h"
#include "core/llm/streamreader.h"
#include "core/sandbox/answermaker_p.h"
#include "core/sandbox/scriptrule_p.h"
#include "core/wire/http1.h"
#include "tests/support/pieces.h"

#include <QtCore/QHash>

using namespace Qt::StringLiterals;

namespace Retryscope::TestSupport {

namespace {

// Small, so that the fuzzer finds its way to them.
constexpr HttpLimits Limits{.head = 1024, .body = 4096, .keepBody = true};
constexpr qsizetype LargestAnswer = 4 * 1024 * 1024;

//! Everything that a parser says about a request.
QString requestLog(const HttpRequestParser &parser)
{
    QString log =
        u"%1 %2 %3\n"_s.arg(int(parser.state())).arg(parser.errorStatus()).arg(parser.errorText());
    // What was read before an error depends on how much came at once.
    if (parser.state() == HttpRequestParser::State::Error)
        return log;
    log += QString::fromLatin1(parser.method() + ' ' + parser.target());
    for (const HttpHeader &header : parser.headers())
        log += u'\n' + QString::fromLatin1(header.name + ": " + header.value);
    return log + u'\n' + QString::fromLatin1(parser.body());
}

//! All requests that stand in the bytes, one behind the other.
QStringList requestsIn(const QList<QByteArray> &pieces)
{
    HttpRequestParser parser(Limits);
    QStringList log;
    for (QByteArray piece : pieces) {
        while (parser.feed(piece) == HttpRequestParser::State::Complete) {
            log += requestLog(parser);
            piece = parser.takeRest();
            parser.reset();
            if (piece.isEmpty())
                break;
        }
    }
    return log << requestLog(parser);
}

//! The same request with the length that its body has: otherwise a change of one byte would leave
//! nothing to be read.
QByteArray framed(const QByteArray &request)
{
    const qsizetype end = request.indexOf("\r\n\r\n");
    if (end < 0)
        return request;
    const QByteArray body = request.sliced(end + 4);
    QByteArray head;
    for (const QByteArray &line : request.first(end).split('\n')) {
        const QByteArray name = line.first(qMax(line.indexOf(':'), qsizetype(0))).toLower();
        if (name != "content-length" && name != "transfer-encoding")
            head += line.trimmed() + "\r\n";
    }
    return head + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

SandboxOptions options()
{
    SandboxOptions made;
    made.tokens = 6;
    return made;
}

//! The body that will be sent, or too much of it.
QByteArray bodyOf(const SandboxAnswer &answer)
{
    QByteArray body;
    const qsizetype count = answer.withoutBody ? 0 : answer.stream ? answer.eventLimit : 1;
    for (qsizetype i = 0; i < count && body.size() < LargestAnswer; ++i)
        body += answer.pieces(i).join();
    return body + answer.ending();
}

QString judge(const SandboxAnswer &answer)
{
    const QByteArray body = bodyOf(answer);
    if (body.size() >= LargestAnswer)
        return u"the answer is too large"_s;
    const Dialect &dialect = answer.voice->dialect();
    if (answer.stream) {
        StreamReader reader(&dialect);
        reader.feed(body);
        const StreamJudgement judgement = reader.finish(true);
        return judgement.verdict == StreamVerdict::Complete ? QString() : judgement.reason;
    }
    if (answer.content && !dialect.readWhole(body).terminal)
        return u"the answer is none"_s;
    if (answer.status >= 400 && dialect.errorMessage(body).isEmpty())
        return u"the error has no message"_s;
    return {};
}

} // namespace

QString fuzzHttpRequest(const QByteArray &bytes, char how)
{
    const QStringList whole = requestsIn({bytes});
    const QStringList cut = requestsIn(piecesOf(bytes, 1 + (uchar(how) & 63)));
    return whole == cut ? QString() : u"the pieces matter"_s;
}

QString fuzzSandboxRequest(const QByteArray &bytes, char how)
{
    HttpRequestParser parser(Limits);
    if (parser.feed(framed(bytes)) != HttpRequestParser::State::Complete)
        return {};
    AnswerMaker maker(Clock::system(), options(), SandboxScript());
    SandboxAnswer answer = maker.answerTo(parser, 1);
    const QString complaint = judge(answer);
    if (!complaint.isEmpty())
        return complaint;
    // With any fault there is an end as well.
    const auto catalogue = faultCatalogue();
    Fault fault;
    fault.kind = catalogue[uchar(how) % catalogue.size()].kind;
    fault.status = 503;
    answer.apply(fault);
    bodyOf(answer);
    return {};
}

QString fuzzSandboxScript(const QByteArray &bytes, char)
{
    const Result<SandboxScript> script = SandboxScript::fromJson(bytes);
    if (!script)
        return script.error().message.isEmpty() ? u"an error without a reason"_s : QString();
    HttpRequestParser parser;
    const QByteArray body =
        R"({"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":true})";
    const QByteArray request = "POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: "
                               + QByteArray::number(body.size()) + "\r\n\r\n" + body;
    parser.feed(request);
    AnswerMaker maker(Clock::system(), options(), *script);
    SandboxAnswer answer = maker.answerTo(parser, 1);
    answer.apply(answer.scripted);
    bodyOf(answer);
    for (const HttpHeader &header : std::as_const(answer.headers)) {
        if (header.value.contains('\n') || header.value.contains('\r'))
            return u"a header has a line end"_s;
    }
    return {};
}

} // namespace Retryscope::TestSupport
