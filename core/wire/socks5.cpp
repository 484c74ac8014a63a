// SPDX-License-Identifier: MIT
#include "core/wire/socks5.h"

#include <algorithm>
#include <utility>

namespace Retryscope {

namespace {

constexpr quint8 socksVersion = 0x05;
constexpr quint8 loginVersion = 0x01;
constexpr qsizetype maxBuffered = 64 * 1024;

constexpr quint8 addressIpv4 = 0x01;
constexpr quint8 addressName = 0x03;
constexpr quint8 addressIpv6 = 0x04;

QByteArray twoBytes(quint8 first, quint8 second)
{
    QByteArray bytes(2, Qt::Uninitialized);
    bytes[0] = static_cast<char>(first);
    bytes[1] = static_cast<char>(second);
    return bytes;
}

bool isPrintableAscii(QByteArrayView text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

} // namespace

QByteArray Socks5::methodAnswer(Method method)
{
    return twoBytes(socksVersion, static_cast<quint8>(method));
}

QByteArray Socks5::loginAnswer(bool accepted)
{
    return twoBytes(loginVersion, accepted ? 0x00 : 0x01);
}

QByteArray Socks5::requestAnswer(Reply reply)
{
    return twoBytes(socksVersion, static_cast<quint8>(reply)) + twoBytes(0x00, addressIpv4)
           + QByteArray(6, '\0');
}

SocksReader::State SocksReader::feed(QByteArrayView bytes)
{
    if (m_state == State::Error)
        return m_state;
    if (m_buffer.size() + bytes.size() > maxBuffered)
        return fail(QStringLiteral("The client sent too much ahead of an answer."));
    m_buffer.append(bytes);
    return m_state == State::NeedMore ? parse() : m_state;
}

SocksReader::State SocksReader::proceed(bool expectLogin)
{
    if (m_state != State::Greeting && m_state != State::Login)
        return m_state;
    m_expected = expectLogin ? State::Login : State::Request;
    m_state = State::NeedMore;
    return parse();
}

bool SocksReader::offers(Socks5::Method method) const
{
    return m_methods.contains(static_cast<char>(method));
}

QByteArray SocksReader::takeRest()
{
    return std::exchange(m_buffer, {});
}

SocksReader::State SocksReader::parse()
{
    switch (m_expected) {
    case State::Greeting:
        return parseGreeting();
    case State::Login:
        return parseLogin();
    case State::Request:
        return parseRequest();
    case State::NeedMore:
    case State::Error:
        break;
    }
    return m_state;
}

SocksReader::State SocksReader::parseGreeting()
{
    if (m_buffer.isEmpty())
        return m_state;
    if (byteAt(0) != socksVersion)
        return fail(QStringLiteral("The client does not speak SOCKS5."));
    if (m_buffer.size() < 2 || m_buffer.size() < 2 + byteAt(1))
        return m_state;
    m_methods = m_buffer.mid(2, byteAt(1));
    m_buffer.remove(0, 2 + m_methods.size());
    return m_state = State::Greeting;
}

SocksReader::State SocksReader::parseLogin()
{
    if (m_buffer.isEmpty())
        return m_state;
    if (byteAt(0) != loginVersion)
        return fail(QStringLiteral("The client's login is not of RFC 1929."));
    if (m_buffer.size() < 2 || m_buffer.size() < 3 + byteAt(1))
        return m_state;
    const qsizetype userEnd = 2 + byteAt(1);
    const qsizetype end = userEnd + 1 + byteAt(userEnd);
    if (m_buffer.size() < end)
        return m_state;
    m_user = m_buffer.mid(2, userEnd - 2);
    m_password = m_buffer.mid(userEnd + 1, end - userEnd - 1);
    m_buffer.remove(0, end);
    return m_state = State::Login;
}

SocksReader::State SocksReader::parseRequest()
{
    if (m_buffer.isEmpty())
        return m_state;
    if (byteAt(0) != socksVersion)
        return fail(QStringLiteral("The client's request is not of SOCKS5."));
    if (m_buffer.size() < 5)
        return m_state;
    const quint8 type = byteAt(3);
    if (type != addressIpv4 && type != addressName && type != addressIpv6)
        return fail(QStringLiteral("The address is neither a name nor IPv4 nor IPv6."),
                    Socks5::Reply::AddressTypeNotSupported);
    const qsizetype start = type == addressName ? 5 : 4;
    const qsizetype size = type == addressName ? byteAt(4) : type == addressIpv4 ? 4 : 16;
    if (m_buffer.size() < start + size + 2)
        return m_state;
    const QByteArray address = m_buffer.mid(start, size);
    // Names come in ASCII (an IDN as its A-label); anything else could not be looked up, and must
    // not reach a log or a window unchecked.
    if (type == addressName && (address.isEmpty() || !isPrintableAscii(address)))
        return fail(QStringLiteral("The host name is empty or not plain ASCII."));
    m_command = static_cast<Socks5::Command>(byteAt(1));
    m_target.name = type == addressName ? QString::fromLatin1(address) : QString();
    m_target.address = type == addressName ? QByteArray() : address;
    m_target.port = static_cast<quint16>(byteAt(start + size) << 8 | byteAt(start + size + 1));
    m_buffer.remove(0, start + size + 2);
    return m_state = State::Request;
}

SocksReader::State SocksReader::fail(const QString &text, Socks5::Reply reply)
{
    m_errorText = text;
    m_errorReply = reply;
    m_buffer.clear();
    return m_state = State::Error;
}

} // namespace Retryscope

#include "moc_socks5.cpp"
