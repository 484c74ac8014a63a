// SPDX-License-Identifier: MIT
#pragma once

#include "core/tls/forge.h"

#include <QtNetwork/QTcpServer>

namespace Retryscope {

//! \brief A TLS server on loopback that takes one connection, the tap's own, and shows it a forged
//! certificate. Whoever trusts the certificate all the same gets a 502, and nothing goes further.
class Impostor final : public QTcpServer
{
    Q_OBJECT
public:
    Impostor(const Credential &credential, QObject *parent);

    //! Only a connection from this port of loopback is taken.
    void expect(quint16 peerPort) { m_expected = peerPort; }

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Credential m_credential;
    quint16 m_expected = 0;
};

} // namespace Retryscope
