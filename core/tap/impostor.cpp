// SPDX-License-Identifier: MIT
#include "core/tap/impostor_p.h"

#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslSocket>

namespace Retryscope {

namespace {

QByteArray refusal()
{
    const QByteArray text = "The forged certificate was accepted. The tap did not forward the "
                            "request.\n";
    return "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\n"
           "Content-Length: "
           + QByteArray::number(text.size()) + "\r\n\r\n" + text;
}

} // namespace

Impostor::Impostor(const Credential &credential, QObject *parent)
    : QTcpServer(parent)
    , m_credential(credential)
{}

void Impostor::incomingConnection(qintptr descriptor)
{
    auto *socket = new QSslSocket(this);
    socket->setSocketDescriptor(descriptor);
    // Any local program can reach a port of loopback; only the tap may see this one's answers.
    if (socket->peerPort() != m_expected) {
        delete socket;
        return;
    }
    close();
    QSslConfiguration configuration = socket->sslConfiguration();
    configuration.setLocalCertificateChain(m_credential.chain);
    configuration.setPrivateKey(m_credential.key);
    configuration.setPeerVerifyMode(QSslSocket::VerifyNone);
    configuration.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
    socket->setSslConfiguration(configuration);
    connect(socket, &QSslSocket::readyRead, socket, [socket] {
        socket->disconnect(socket);
        socket->write(refusal());
        socket->disconnectFromHost();
    });
    socket->startServerEncryption();
}

} // namespace Retryscope

#include "moc_impostor_p.cpp"
