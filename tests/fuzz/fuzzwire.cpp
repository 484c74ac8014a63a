// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzzwire.h"

#include "core/wire/http1response.h"
#include "core/wire/socks5.h"
#include "core/wire/tlsscanner.h"
#include "tests/support/pieces.h"

#include <QtCore/QStringList>

using namespace Qt::StringLiterals;

namespace Retryscope::TestSupport {

namespace {

QList<QByteArray> cut(const QByteArray &bytes, char how)
{
    return piecesOf(bytes, 1 + (uchar(how) & 63));
}

QStringList negotiation(const QList<QByteArray> &pieces)
{
    using State = SocksReader::State;
    SocksReader reader;
    QStringList log;
    bool isOver = false;
    for (const QByteArray &piece : pieces) {
        State state = reader.feed(piece);
        while (!isOver && state != State::NeedMore) {
            log += QString::number(int(state)) + u' ' + QString::fromLatin1(reader.user().toHex())
                   + u' ' + QString::fromLatin1(reader.password().toHex()) + u' '
                   + QString::number(int(reader.command())) + u' ' + reader.target().name + u' '
                   + QString::fromLatin1(reader.target().address.toHex()) + u' '
                   + QString::number(reader.target().port) + u' ' + reader.errorText();
            isOver = state == State::Request || state == State::Error;
            if (!isOver)
                state = reader.proceed(state == State::Greeting);
        }
    }
    log += QString::fromLatin1(reader.takeRest().toHex());
    return log;
}

struct Shown
{
    QList<TlsSign> signs;
    QByteArray client;
    QByteArray server;

    friend bool operator==(const Shown &, const Shown &) = default;
};

Shown shown(const QList<QByteArray> &client, const QList<QByteArray> &server)
{
    TlsScanner scanner;
    Shown all;
    const auto take = [&all](const QList<TlsPiece> &pieces, QByteArray *bytes) {
        for (const TlsPiece &piece : pieces) {
            all.signs += piece.signs;
            *bytes += piece.bytes;
        }
    };
    for (const QByteArray &piece : client)
        take(scanner.fromClient(piece), &all.client);
    all.client += scanner.takeHeldFromClient();
    for (const QByteArray &piece : server)
        take(scanner.fromServer(piece), &all.server);
    all.server += scanner.takeHeldFromServer();
    return all;
}

//! The parts of a body, and those that are none, as one each.
QList<HttpResponsePart> answer(const QList<QByteArray> &pieces, const QByteArray &method)
{
    using Kind = HttpResponsePart::Kind;
    HttpResponseReader reader(method);
    QList<HttpResponsePart> log;
    const auto take = [&log](const QList<HttpResponsePart> &parts) {
        for (const HttpResponsePart &part : parts) {
            const bool isStretch = part.kind == Kind::Body || part.kind == Kind::Foreign;
            if (isStretch && !log.isEmpty() && log.last().kind == part.kind)
                log.last().bytes += part.bytes;
            else if (!isStretch || !part.bytes.isEmpty())
                log += part;
        }
    };
    for (const QByteArray &piece : pieces)
        take(reader.feed(piece));
    take(reader.end());
    return log;
}

} // namespace

QString fuzzSocks(const QByteArray &bytes, char how)
{
    return negotiation({bytes}) == negotiation(cut(bytes, how)) ? QString()
                                                                : u"the pieces matter"_s;
}

QString fuzzTlsRecords(const QByteArray &bytes, char how)
{
    const QByteArray between = "====";
    const qsizetype end = bytes.indexOf(between);
    const QByteArray client = bytes.first(end < 0 ? bytes.size() : end);
    const QByteArray server = end < 0 ? QByteArray() : bytes.sliced(end + between.size());
    const Shown whole = shown({client}, {server});
    if (whole.client != client || whole.server != server)
        return u"bytes got lost"_s;
    return whole == shown(cut(client, how), cut(server, how)) ? QString() : u"the pieces matter"_s;
}

QString fuzzHttpResponse(const QByteArray &bytes, char how)
{
    const QByteArray method = (uchar(how) & 64) != 0 ? "HEAD" : "POST";
    return answer({bytes}, method) == answer(cut(bytes, how), method) ? QString()
                                                                      : u"the pieces matter"_s;
}

} // namespace Retryscope::TestSupport
