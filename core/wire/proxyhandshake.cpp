// SPDX-License-Identifier: MIT
#include "core/wire/proxyhandshake.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxHead = 64 * 1024;
constexpr qsizetype maxReason = 60;
constexpr quint8 socksVersion = 0x05;
constexpr quint8 loginVersion = 0x01;
constexpr quint8 addressIpv4 = 0x01;
constexpr quint8 addressName = 0x03;
constexpr quint8 addressIpv6 = 0x04;

struct ReplyWords
{
    quint8 reply;
    ProxyHandshake::Blame blame;
    QLatin1StringView words;
};

using Blame = ProxyHandshake::Blame;

constexpr ReplyWords replyWords[] = {
    {1, Blame::Proxy, "general failure"_L1},
    {2, Blame::Proxy, "not allowed"_L1},
    {3, Blame::Target, "network unreachable"_L1},
    {4, Blame::Name, "host unreachable"_L1},
    {5, Blame::Target, "connection refused"_L1},
    {6, Blame::Target, "TTL expired"_L1},
    {7, Blame::Proxy, "command not supported"_L1},
    {8, Blame::Proxy, "address type not supported"_L1},
};

void append(QByteArray &bytes, std::initializer_list<quint8> values)
{
    for (const quint8 value : values)
        bytes.append(static_cast<char>(value));
}

//! "origin.test:443", "[::1]:443".
QByteArray authority(const SocksTarget &target)
{
    QByteArray host = target.name.toLatin1();
    const auto *data = reinterpret_cast<const quint8 *>(target.address.constData());
    if (target.address.size() == 4) {
        QByteArrayList parts;
        for (int i = 0; i < 4; ++i)
            parts.append(QByteArray::number(data[i]));
        host = parts.join('.');
    } else if (target.address.size() == 16) {
        QByteArrayList parts;
        for (int i = 0; i < 16; i += 2)
            parts.append(QByteArray::number(data[i] << 8 | data[i + 1], 16));
        host = '[' + parts.join(':') + ']';
    } else if (host.contains(':')) {
        host = '[' + host + ']';
    }
    return host + ':' + QByteArray::number(target.port);
}

QByteArray connectRequest(const SocksTarget &target, const QByteArray &user,
                          const QByteArray &password)
{
    const QByteArray place = authority(target);
    QByteArray request = "CONNECT " + place + " HTTP/1.1\r\nHost: " + place + "\r\n";
    const QByteArray login = user + ':' + password;
    if (login.size() > 1)
        request += "Proxy-Authorization: Basic " + login.toBase64() + "\r\n";
    return request + "\r\n";
}

QByteArray socksRequest(const SocksTarget &target)
{
    QByteArray request;
    append(request, {socksVersion, static_cast<quint8>(Socks5::Command::Connect), 0});
    if (target.address.isEmpty()) {
        const QByteArray name = target.name.toLatin1().left(255);
        append(request, {addressName, static_cast<quint8>(name.size())});
        request += name;
    } else {
        append(request, {target.address.size() == 4 ? addressIpv4 : addressIpv6});
        request += target.address;
    }
    append(request,
           {static_cast<quint8>(target.port >> 8), static_cast<quint8>(target.port & 255)});
    return request;
}

//! A stranger's text: in one line, and not too long.
QString printable(QByteArrayView text)
{
    QString result;
    for (const char c : text.first(std::min<qsizetype>(text.size(), maxReason))) {
        if (c >= 0x20 && c < 0x7f)
            result += QLatin1Char(c);
    }
    return result.trimmed();
}

} // namespace

ProxyHandshake::ProxyHandshake(Protocol protocol, const SocksTarget &target, const QByteArray &user,
                               const QByteArray &password)
    : m_target(target)
    , m_user(user.left(255))
    , m_password(password.left(255))
{
    if (protocol == Protocol::Http) {
        m_output = connectRequest(target, user, password);
        return;
    }
    const bool hasLogin = !user.isEmpty() || !password.isEmpty();
    append(m_output, {socksVersion, static_cast<quint8>(hasLogin ? 2 : 1),
                      static_cast<quint8>(Socks5::Method::None)});
    if (hasLogin)
        append(m_output, {static_cast<quint8>(Socks5::Method::Password)});
    expect(Step::SocksMethod, 2);
}

QByteArray ProxyHandshake::takeOutput()
{
    return std::exchange(m_output, {});
}

qsizetype ProxyHandshake::wanted() const
{
    if (m_state != State::NeedMore)
        return 0;
    return m_step == Step::HttpHead ? 1 : m_size - m_input.size();
}

ProxyHandshake::State ProxyHandshake::feed(QByteArrayView bytes)
{
    for (const char c : bytes) {
        if (m_state != State::NeedMore)
            break;
        m_input.append(c);
        if (m_step == Step::HttpHead)
            feedHttp();
        else if (m_input.size() >= m_size)
            feedSocks();
    }
    return m_state;
}

ProxyHandshake::State ProxyHandshake::end()
{
    if (m_state != State::NeedMore)
        return m_state;
    return fail(Blame::Proxy, u"ProxyClosed"_s, u"it closed the connection before its answer"_s);
}

ProxyHandshake::State ProxyHandshake::feedHttp()
{
    static constexpr QByteArrayView start("HTTP/1.");
    const qsizetype known = std::min(m_input.size(), start.size());
    if (QByteArrayView(m_input).first(known) != start.first(known) || m_input.size() > maxHead)
        return fail(Blame::Proxy, u"NotHttp"_s, u"it did not answer in HTTP"_s);
    if (!m_input.endsWith("\n\r\n") && !m_input.endsWith("\n\n"))
        return m_state;
    return judgeStatus(QByteArrayView(m_input).first(m_input.indexOf('\n')));
}

ProxyHandshake::State ProxyHandshake::judgeStatus(QByteArrayView line)
{
    const QByteArray code = line.sliced(std::min<qsizetype>(line.size(), 9)).toByteArray().left(3);
    bool isNumber = false;
    const int status = code.toInt(&isNumber);
    if (!isNumber || status < 100)
        return fail(Blame::Proxy, u"NotHttp"_s, u"it did not answer in HTTP"_s);
    if (status < 200) {
        // An interim answer; the real one follows.
        m_input.clear();
        return m_state;
    }
    if (status < 300)
        return m_state = State::Done;
    const QString reason = printable(line.sliced(std::min<qsizetype>(line.size(), 12)));
    const QString words =
        QString::fromLatin1(code) + (reason.isEmpty() ? QString() : QString(u' ' + reason));
    if (status == 407)
        return fail(Blame::Proxy, u"407"_s,
                    m_user.isEmpty() && m_password.isEmpty()
                        ? u"it asks for a user name and a password (407)"_s
                        : u"it does not accept the user name and the password (407)"_s);
    return fail(Blame::Proxy, u"CONNECT %1"_s.arg(status), u"it answered CONNECT with "_s + words);
}

ProxyHandshake::State ProxyHandshake::feedSocks()
{
    const auto byteAt = [this](qsizetype i) {
        return static_cast<quint8>(m_input.at(i));
    };
    if (byteAt(0) != (m_step == Step::SocksLogin ? loginVersion : socksVersion))
        return fail(Blame::Proxy, u"NotSocks"_s, u"it did not answer in SOCKS version 5"_s);
    if (m_step == Step::SocksMethod) {
        if (byteAt(1) == static_cast<quint8>(Socks5::Method::None)) {
            m_output += socksRequest(m_target);
            return expect(Step::SocksReply, 5);
        }
        const bool hasLogin = !m_user.isEmpty() || !m_password.isEmpty();
        if (byteAt(1) != static_cast<quint8>(Socks5::Method::Password) || !hasLogin)
            return fail(Blame::Proxy, u"SocksLogin"_s,
                        hasLogin ? u"it takes neither a user name and a password nor none"_s
                                 : u"it asks for a user name and a password"_s);
        append(m_output, {loginVersion, static_cast<quint8>(m_user.size())});
        m_output += m_user;
        append(m_output, {static_cast<quint8>(m_password.size())});
        m_output += m_password;
        return expect(Step::SocksLogin, 2);
    }
    if (m_step == Step::SocksLogin) {
        if (byteAt(1) != 0)
            return fail(Blame::Proxy, u"SocksLogin"_s,
                        u"it does not accept the user name and the password"_s);
        m_output += socksRequest(m_target);
        return expect(Step::SocksReply, 5);
    }
    if (byteAt(1) != 0)
        return judgeReply(byteAt(1));
    // The address that follows is of no use, but it must not be taken for the tunnel's first bytes.
    const quint8 type = byteAt(3);
    if (type != addressIpv4 && type != addressIpv6 && type != addressName)
        return fail(Blame::Proxy, u"NotSocks"_s, u"it did not answer in SOCKS version 5"_s);
    const qsizetype size = type == addressIpv4 ? 10 : type == addressIpv6 ? 22 : 7 + byteAt(4);
    if (m_input.size() < size) {
        m_size = size;
        return m_state;
    }
    return m_state = State::Done;
}

ProxyHandshake::State ProxyHandshake::judgeReply(quint8 reply)
{
    const auto *words = std::ranges::find(replyWords, reply, &ReplyWords::reply);
    if (words == std::end(replyWords))
        return fail(Blame::Proxy, u"SOCKS reply %1"_s.arg(reply),
                    u"it answered with the SOCKS reply %1, which has no meaning"_s.arg(reply));
    // There was no name to be found.
    const bool isAddress = words->blame == Blame::Name && m_target.name.isEmpty();
    return fail(isAddress ? Blame::Target : words->blame, u"%1 (%2)"_s.arg(words->words).arg(reply),
                u"it answered \"%1\" (SOCKS reply %2)"_s.arg(words->words).arg(reply));
}

ProxyHandshake::State ProxyHandshake::expect(Step step, qsizetype size)
{
    m_step = step;
    m_size = size;
    m_input.clear();
    return m_state;
}

ProxyHandshake::State ProxyHandshake::fail(Blame blame, const QString &cause, const QString &text)
{
    m_blame = blame;
    m_cause = cause;
    m_errorText = text;
    return m_state = State::Failed;
}

} // namespace Retryscope

#include "moc_proxyhandshake.cpp"
