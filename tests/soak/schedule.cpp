// SPDX-License-Identifier: MIT
#include "tests/soak/schedule.h"

namespace Retryscope::Test {

namespace {

class Dice final
{
public:
    explicit Dice(quint64 seed) : m_random(seed) {}

    //! 0 to \a end - 1.
    qsizetype below(qsizetype end)
    {
        return static_cast<qsizetype>(m_random.uniform() * static_cast<double>(end));
    }

    bool chance(double probability) { return m_random.uniform() < probability; }

    //! Small ones are as likely as large ones.
    qsizetype size(qsizetype largest)
    {
        const qsizetype bound = qsizetype(1) << below(22);
        return below(std::min(bound, largest) + 1);
    }

    QByteArray bytes(qsizetype count)
    {
        QByteArray result(count, '\0');
        quint32 x = static_cast<quint32>(below(1 << 30)) | 1U;
        for (char &byte : result) {
            x = x * 1664525U + 1013904223U;
            byte = static_cast<char>(x >> 24U);
        }
        return result;
    }

private:
    SeededRandom m_random;
};

QByteArray eventStream(Dice &dice)
{
    QByteArray stream;
    const qsizetype events = dice.below(40);
    for (qsizetype i = 0; i <= events; ++i) {
        const QByteArray word = dice.bytes(dice.below(30)).toHex();
        stream +=
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + word + "\"}}]}\n\n";
    }
    return stream
           + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
             "data: [DONE]\n\n";
}

enum class Framing { Length, Chunked, Close };

QByteArray headOf(const Exchange &exchange, Framing framing)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(exchange.status) + " Scripted\r\n";
    if (exchange.isStream)
        head += "Content-Type: text/event-stream\r\n";
    if (exchange.status == 401)
        head += "WWW-Authenticate: Bearer\r\n";
    if (framing == Framing::Length)
        head += "Content-Length: " + QByteArray::number(exchange.body.size()) + "\r\n";
    else if (framing == Framing::Chunked)
        head += "Transfer-Encoding: chunked\r\n";
    return head + "\r\n";
}

//! Chunks of random sizes, without the last one.
QByteArray chunked(const QByteArray &bytes, Dice &dice)
{
    QByteArray result;
    for (qsizetype at = 0; at < bytes.size();) {
        const qsizetype size = std::min(1 + dice.size(100'000), bytes.size() - at);
        result += QByteArray::number(size, 16) + "\r\n" + bytes.mid(at, size) + "\r\n";
        at += size;
    }
    return result;
}

void sendInPieces(Exchange &exchange, const QByteArray &bytes, Dice &dice)
{
    const qsizetype pieces = 1 + dice.below(6);
    qsizetype at = 0;
    for (qsizetype i = 1; i < pieces && at < bytes.size(); ++i) {
        const qsizetype size = dice.below(bytes.size() - at + 1);
        if (size > 0)
            exchange.steps.append(sendBytes(bytes.mid(at, size)));
        at += size;
    }
    // The end may come in the segment of the last data, which Qt takes differently.
    if (dice.chance(0.3))
        exchange.steps.append(cork());
    if (at < bytes.size())
        exchange.steps.append(sendBytes(bytes.mid(at)));
}

PeerStep endOf(Exchange &exchange, Dice &dice)
{
    switch (dice.below(5)) {
    case 0:
    case 1:
        exchange.name += QStringLiteral(", RST");
        return rst();
    case 2:
        exchange.name += QStringLiteral(", FIN without close_notify");
        return bareFin();
    default:
        exchange.name += QStringLiteral(", FIN");
        return fin();
    }
}

void fillAnswer(Exchange &exchange, Dice &dice)
{
    static constexpr int statuses[] = {200, 200, 200, 200, 201, 400, 401, 404, 429, 500, 503};
    exchange.status = statuses[dice.below(std::size(statuses))];
    exchange.isStream = exchange.status == 200 && dice.chance(0.4);
    exchange.body = exchange.isStream ? eventStream(dice) : dice.bytes(dice.size(1'000'000));
    exchange.sent = exchange.body.size();
}

Exchange answer(Dice &dice, bool isKept)
{
    Exchange exchange;
    exchange.steps.append(readRequest());
    fillAnswer(exchange, dice);
    const auto framing =
        isKept ? Framing::Length : static_cast<Framing>(dice.below(exchange.status == 401 ? 2 : 3));
    QByteArray bytes = headOf(exchange, framing);
    if (framing == Framing::Chunked)
        bytes += chunked(exchange.body, dice) + "0\r\n\r\n";
    else
        bytes += exchange.body;
    sendInPieces(exchange, bytes, dice);
    if (framing == Framing::Close)
        exchange.steps.append(fin());
    exchange.endsWithConnection = framing == Framing::Close;
    exchange.name = QStringLiteral("whole answer, framing %1").arg(static_cast<int>(framing));
    return exchange;
}

Exchange cutAnswer(bool isTls, Dice &dice)
{
    Exchange exchange;
    exchange.steps.append(readRequest());
    do
        fillAnswer(exchange, dice);
    while (exchange.body.isEmpty());
    // The end of an answer that is delimited by it can only be judged where it is a stream. And a
    // chunked 401 that is cut looks whole to Qt in some runs.
    const bool mayClose = exchange.isStream;
    auto framing = static_cast<Framing>(dice.below(mayClose ? 3 : 2));
    if (exchange.status == 401)
        framing = Framing::Length;
    exchange.isFramed = framing != Framing::Close;
    exchange.endsWithConnection = framing != Framing::Length;
    exchange.sent = dice.below(exchange.body.size());
    QByteArray bytes = exchange.body.left(exchange.sent);
    exchange.name = QStringLiteral("cut after %1 of %2 bytes, framing %3")
                        .arg(exchange.sent)
                        .arg(exchange.body.size())
                        .arg(static_cast<int>(framing));
    if (framing == Framing::Chunked) {
        bytes = chunked(bytes, dice);
        // Also inside a chunk and inside a chunk's size.
        if (dice.chance(0.5))
            bytes += "ffff\r\n";
        else if (dice.chance(0.3))
            bytes += "ff";
    }
    sendInPieces(exchange, headOf(exchange, framing) + bytes, dice);
    exchange.kinds = {FailureKind::Body};
    if (dice.chance(0.06)) {
        exchange.steps.append(stall());
        exchange.isSilent = true;
        exchange.kinds = {FailureKind::Timeout};
        exchange.name += QStringLiteral(", stall");
        return exchange;
    }
    const PeerStep end = endOf(exchange, dice);
    exchange.steps.append(end);
    // Qt 6.4 loses what was not yet decrypted when a TLS connection ends without a close_notify.
    exchange.mayLoseAnswer =
        end.kind == PeerStep::Kind::Rst || (isTls && end.kind == PeerStep::Kind::BareFin);
    // Qt waits for ever where a chunk is cut in some places.
    if (framing == Framing::Chunked) {
        exchange.isSilent = true;
        exchange.kinds.append(FailureKind::Timeout);
    }
    if (exchange.mayLoseAnswer)
        exchange.kinds.append(FailureKind::Io);
    return exchange;
}

Exchange noAnswer(Dice &dice)
{
    static const QByteArray beginnings[] = {
        {}, "H", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-scripted\r\n"};
    Exchange exchange;
    exchange.steps.append(readRequest());
    const QByteArray &beginning = beginnings[dice.below(std::size(beginnings))];
    exchange.name = QStringLiteral("no answer but '%1'").arg(QString::fromLatin1(beginning));
    if (!beginning.isEmpty())
        exchange.steps.append(sendBytes(beginning));
    exchange.steps.append(endOf(exchange, dice));
    exchange.kinds = {FailureKind::Io};
    return exchange;
}

Exchange silence(bool isTls, Dice &dice)
{
    Exchange exchange;
    exchange.isSilent = true;
    exchange.kinds = {FailureKind::Timeout};
    if (isTls && dice.chance(0.5)) {
        exchange.name = QStringLiteral("stalled handshake");
        exchange.readsRequest = false;
        exchange.steps = {readSome(), stall(), startTls()};
    } else {
        exchange.name = QStringLiteral("silence");
        exchange.steps = {readRequest(), stall()};
    }
    return exchange;
}

Exchange brokenUpload(Dice &dice)
{
    Exchange exchange;
    exchange.name = QStringLiteral("the upload breaks");
    exchange.readsRequest = false;
    exchange.steps.append(readSome());
    exchange.steps.append(endOf(exchange, dice));
    exchange.kinds = {FailureKind::Io, FailureKind::Connect};
    return exchange;
}

Exchange brokenConnection(bool isTls, Dice &dice)
{
    Exchange exchange;
    exchange.readsRequest = false;
    exchange.name = QStringLiteral("closed at once");
    exchange.mayReconnect = !isTls;
    if (isTls) {
        exchange.steps.append(readSome());
        if (dice.chance(0.3)) {
            exchange.name = QStringLiteral("not TLS");
            exchange.steps.append(sendBytes("HTTP/1.1 400 Bad Request\r\n\r\n"));
        }
    }
    exchange.steps.append(endOf(exchange, dice));
    // Never reached: a script with this step begins in clear.
    if (isTls)
        exchange.steps += {stall(), startTls()};
    exchange.kinds = isTls ? QList{FailureKind::Tls, FailureKind::Connect}
                           : QList{FailureKind::Io, FailureKind::Connect};
    return exchange;
}

Exchange randomExchange(const Schedule &schedule, Dice &dice)
{
    const qsizetype roll = dice.below(100);
    if (roll < 35)
        return answer(dice, false);
    if (roll < 60)
        return cutAnswer(schedule.isTls, dice);
    if (roll < 82)
        return noAnswer(dice);
    if (roll < 85)
        return silence(schedule.isTls, dice);
    // Qt repeats what has no body by itself: these would not be counted whole.
    if (schedule.isGet)
        return noAnswer(dice);
    return roll < 92 ? brokenUpload(dice) : brokenConnection(schedule.isTls, dice);
}

} // namespace

Schedule makeSchedule(quint64 seed)
{
    // Neighbours among seeds are not to be neighbours in what they give.
    Dice dice(seed * 0x9e3779b97f4a7c15ULL + 0x632be59bd9b4e019ULL);
    Schedule schedule;
    schedule.isTls = dice.chance(0.4);
    schedule.isGet = dice.chance(0.1);
    schedule.maxRetries = static_cast<int>(dice.below(4));
    if (!schedule.isGet)
        schedule.requestBody = dice.bytes(1 + dice.size(1'500'000));
    schedule.isKeptAlive = !schedule.isGet && dice.chance(0.25);
    if (schedule.isKeptAlive)
        schedule.exchanges.append(answer(dice, true));
    for (int attempt = 0; attempt <= schedule.maxRetries; ++attempt) {
        Exchange exchange = randomExchange(schedule, dice);
        // A connection that was kept has been accepted and encrypted already.
        const bool needsConnect = !exchange.readsRequest;
        while (attempt == 0 && schedule.isKeptAlive && needsConnect && !exchange.readsRequest)
            exchange = randomExchange(schedule, dice);
        while (schedule.isGet && (exchange.endsWithConnection || exchange.isSilent))
            exchange = randomExchange(schedule, dice);
        // Qt keeps a 401 back until it is whole, and only a connection that has lost nothing before
        // gives away that there was one.
        if (attempt > 0 && exchange.status == 401 && exchange.isCut()) {
            exchange.mayLoseAnswer = true;
            exchange.kinds.append(FailureKind::Io);
        }
        schedule.exchanges.append(exchange);
        if (exchange.mayReconnect)
            break;
    }
    return schedule;
}

QList<PeerScript> Schedule::scripts() const
{
    QList<PeerScript> result;
    for (qsizetype i = 0; i < exchanges.size(); ++i) {
        if (i == 1 && isKeptAlive)
            result.last() += exchanges.at(i).steps;
        else
            result.append(exchanges.at(i).steps);
    }
    return result;
}

} // namespace Retryscope::Test
