// SPDX-License-Identifier: MIT
#pragma once

#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QTcpServer>

#include <functional>

namespace Retryscope {

//! \brief A QTcpServer that hands out descriptors, so that each connection can make the kind of
//! socket it needs.
class SandboxListener final : public QTcpServer
{
public:
    using Handler = std::function<void(qintptr descriptor)>;

    SandboxListener(Handler handler, QObject *parent)
        : QTcpServer(parent)
        , m_handler(std::move(handler))
    {
        // An application-wide proxy is none of loopback's business.
        setProxy(QNetworkProxy::NoProxy);
    }

protected:
    void incomingConnection(qintptr descriptor) override { m_handler(descriptor); }

private:
    Handler m_handler;
};

} // namespace Retryscope
