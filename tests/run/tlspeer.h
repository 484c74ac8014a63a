// SPDX-License-Identifier: MIT
#pragma once

#include "core/tls/forge.h"
#include "core/tls/tlssession.h"
#include "core/wire/http1.h"

#include <QtCore/QTimer>
#include <QtNetwork/QTcpServer>
#include <QtNetwork/QTcpSocket>

#include <chrono>
#include <memory>
#include <utility>

namespace Retryscope::Test {

//! \brief A TLS server on 127.0.0.1 whose TLS is wrong in a way that QSslSocket cannot be made to
//! be, by the name of the fault: tls-unknownca, tls-weakkey, tls-clientcert, tls-badmac.
class TlsPeer final : public QTcpServer
{
public:
    TlsPeer(const QString &fault, Forge *forge) : m_fault(fault)
    {
        const CertificateRequest request{.names = {QStringLiteral("127.0.0.1")},
                                         .weakKey = fault == QLatin1StringView("tls-weakkey")};
        Forge unknown;
        const bool isUnknown = fault == QLatin1StringView("tls-unknownca");
        m_credential = (isUnknown ? unknown : *forge).issue(request);
        if (!listen(QHostAddress::LocalHost))
            qFatal("no port");
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        auto *socket = new QTcpSocket(this);
        socket->setSocketDescriptor(descriptor);
        auto session = std::make_shared<TlsSession>(TlsSession::Server{
            .credential = m_credential,
            .demandsCertificate = m_fault == QLatin1StringView("tls-clientcert")});
        auto request = std::make_shared<HttpRequestParser>();
        const auto refuse = [socket, session] {
            socket->write(session->takeOutput());
            socket->disconnectFromHost();
        };
        auto isAlertDue = std::make_shared<bool>(m_fault != QLatin1StringView("tls-clientcert"));
        connect(socket, &QTcpSocket::readyRead, socket, [=] {
            const QByteArray plain = session->feed(socket->readAll());
            if (session->state() == TlsSession::State::Failed) {
                // Behind the request, as from a server that is far away.
                if (std::exchange(*isAlertDue, true))
                    refuse();
                else
                    QTimer::singleShot(std::chrono::seconds(1), socket, refuse);
                return;
            }
            socket->write(session->takeOutput());
            if (request->feed(plain) == HttpRequestParser::State::Complete)
                answer(*socket, *session);
        });
    }

private:
    //! A head that is sound, and a body that nobody can decipher.
    static void answer(QTcpSocket &socket, TlsSession &session)
    {
        session.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                      "Content-Length: 1000\r\n\r\n");
        socket.write(session.takeOutput());
        session.write("data: {}\n\n");
        QByteArray body = session.takeOutput();
        body.back() = static_cast<char>(~body.back());
        socket.write(body);
    }

    QString m_fault;
    Credential m_credential;
};

} // namespace Retryscope::Test
