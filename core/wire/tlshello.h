// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArrayView>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

namespace Retryscope {

//! \brief What a ClientHello shows in clear.
struct RETRYSCOPE_EXPORT TlsClientHello
{
    //! Empty without SNI (an address was asked for).
    QString serverName;
    //! As offered, the favourite first.
    QStringList alpn;

    //! \a body is the handshake message behind its 4-byte header. None if it is malformed.
    static std::optional<TlsClientHello> parse(QByteArrayView body);

    friend bool operator==(const TlsClientHello &, const TlsClientHello &) = default;
};

//! \brief What a ServerHello shows in clear.
struct RETRYSCOPE_EXPORT TlsServerHello
{
    //! The negotiated version: from supported_versions where there is one (TLS 1.3).
    quint16 version = 0;
    quint16 cipherSuite = 0;
    //! The protocol chosen; empty where there is none, and in TLS 1.3, which encrypts it.
    QString alpn;
    //! A HelloRetryRequest: another ClientHello and the true ServerHello follow (RFC 8446 4.1.4).
    bool isRetryRequest = false;

    static std::optional<TlsServerHello> parse(QByteArrayView body);

    friend bool operator==(const TlsServerHello &, const TlsServerHello &) = default;
};

} // namespace Retryscope
