// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QTreeWidget>

namespace Retryscope {

struct AttemptDigest;

//! \brief What the server has shown of itself in the handshake of one attempt: version, cipher and
//! ALPN, the whole chain, and which link of it fails.
class TlsView final : public QTreeWidget
{
    Q_OBJECT
public:
    explicit TlsView(QWidget *parent = nullptr);

    //! Null: nothing.
    void show(const AttemptDigest *digest);

private:
    QTreeWidgetItem *addHead(const QString &line);
    void addChain(const AttemptDigest &digest);
    void addCertificate(const QJsonObject &certificate, int place, const QStringList &problems);

    int m_attempt = -1;
    qsizetype m_stage = -1;
};

} // namespace Retryscope
