// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QList>
#include <QtNetwork/QHstsPolicy>
#include <QtNetwork/QNetworkAccessManager>

namespace Retryscope {

//! \brief The plain manager behind a RetryingAccessManager: sends what the front hands over, with
//! everything that is set on the front.
//!
//! It is an object of its own because QNetworkAccessManager emits authenticationRequired() with the
//! reply of the attempt, which the front's receivers do not know.
class InnerManager final : public QNetworkAccessManager
{
    Q_OBJECT
public:
    //! \a front is the parent.
    explicit InnerManager(QNetworkAccessManager *front);

    //! Takes over what is set on the front now.
    void followFront();
    //! What connectToHost() and connectToHostEncrypted() ask for.
    QNetworkReply *preconnect(const QNetworkRequest &request);

protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request,
                                 QIODevice *body) override;

private:
    void pushStrictTransport();
    void pullStrictTransport();

    QNetworkAccessManager *const m_front;
    //! The hosts that both sides know.
    QList<QHstsPolicy> m_strictHosts;
};

} // namespace Retryscope
