// SPDX-License-Identifier: MIT
#pragma once

#include "core/sandbox/answersink_p.h"

class QTcpSocket;

namespace Retryscope {

//! \brief Writes answers as HTTP/1.1: a stream in chunks, everything else with its length.
//!
//! \par Ownership
//! The socket is borrowed and must outlive the sink.
class Http1Sink final : public AnswerSink
{
    Q_OBJECT
public:
    Http1Sink(QTcpSocket *socket, QObject *parent);

    //! Of the request that is answered next: HTTP/1.0 knows no chunks, a stream ends with the
    //! connection.
    void setMinorVersion(int version) { m_minorVersion = version; }

    void sendHead(const SandboxAnswer &answer) override;
    void sendBody(const QByteArray &bytes) override;
    void sendEnd() override;
    void flush() override;
    bool hasRoom() const override;

private:
    QTcpSocket *m_socket;
    int m_minorVersion = 1;
    bool m_chunked = false;
};

} // namespace Retryscope
