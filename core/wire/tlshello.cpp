// SPDX-License-Identifier: MIT
#include "core/wire/tlshello.h"

#include "core/wire/bytereader_p.h"

namespace Retryscope {

namespace {

constexpr int extensionServerName = 0;
constexpr int extensionAlpn = 16;
constexpr int extensionSupportedVersions = 43;
constexpr int nameTypeHost = 0;

//! SHA-256 of "HelloRetryRequest": a ServerHello with this random is one (RFC 8446 4.1.3).
constexpr char retryRandom[] = "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
                               "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";

//! Names and protocols are meant to be ASCII; what is not must not reach a window as it is.
QString printable(QByteArrayView text)
{
    QString result;
    for (const char c : text)
        result += c > 0x20 && c < 0x7f ? QLatin1Char(c) : QLatin1Char('?');
    return result;
}

QString serverName(QByteArrayView extension)
{
    ByteReader names(ByteReader(extension).vector(2));
    while (names.ok() && !names.atEnd()) {
        const int type = names.number(1);
        const QByteArrayView name = names.vector(2);
        if (type == nameTypeHost)
            return printable(name);
    }
    return {};
}

QStringList protocols(QByteArrayView extension)
{
    QStringList result;
    ByteReader names(ByteReader(extension).vector(2));
    while (names.ok() && !names.atEnd()) {
        const QByteArrayView name = names.vector(1);
        if (!name.isEmpty())
            result += printable(name);
    }
    return result;
}

} // namespace

std::optional<TlsClientHello> TlsClientHello::parse(QByteArrayView body)
{
    TlsClientHello hello;
    ByteReader reader(body);
    reader.bytes(2 + 32); // legacy_version, random
    reader.vector(1);     // legacy_session_id
    reader.vector(2);     // cipher_suites
    reader.vector(1);     // legacy_compression_methods
    if (!reader.ok())
        return {};
    // Before TLS 1.2 a hello could end here.
    ByteReader extensions(reader.atEnd() ? QByteArrayView() : reader.vector(2));
    while (reader.ok() && extensions.ok() && !extensions.atEnd()) {
        const int type = extensions.number(2);
        const QByteArrayView data = extensions.vector(2);
        if (type == extensionServerName)
            hello.serverName = Retryscope::serverName(data);
        else if (type == extensionAlpn)
            hello.alpn = protocols(data);
    }
    if (!reader.ok() || !extensions.ok())
        return {};
    return hello;
}

std::optional<TlsServerHello> TlsServerHello::parse(QByteArrayView body)
{
    TlsServerHello hello;
    ByteReader reader(body);
    hello.version = static_cast<quint16>(reader.number(2));
    hello.isRetryRequest = reader.bytes(32) == QByteArrayView(retryRandom, 32);
    reader.vector(1); // legacy_session_id_echo
    hello.cipherSuite = static_cast<quint16>(reader.number(2));
    reader.bytes(1); // legacy_compression_method
    if (!reader.ok())
        return {};
    ByteReader extensions(reader.atEnd() ? QByteArrayView() : reader.vector(2));
    while (reader.ok() && extensions.ok() && !extensions.atEnd()) {
        const int type = extensions.number(2);
        const QByteArrayView data = extensions.vector(2);
        if (type == extensionSupportedVersions && data.size() == 2)
            hello.version = static_cast<quint16>(ByteReader(data).number(2));
        else if (type == extensionAlpn)
            hello.alpn = protocols(data).value(0);
    }
    if (!reader.ok() || !extensions.ok())
        return {};
    return hello;
}

} // namespace Retryscope
