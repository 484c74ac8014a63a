// SPDX-License-Identifier: MIT
#include "core/retry/multipartbody_p.h"

#include "core/retry/classify.h"

#include <QtNetwork/QHttpMultiPart>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkReply>

#include <algorithm>

namespace Retryscope {

namespace {

//! A reply that is thrown away.
class NoReply final : public QNetworkReply
{
public:
    explicit NoReply(QObject *parent) : QNetworkReply(parent) {}

    void abort() override {}

protected:
    qint64 readData(char *, qint64) override { return -1; }
};

//! QHttpMultiPart shows neither its parts nor its device; what it hands to createRequest(), which
//! is public, is both. So a manager that sends nothing is asked to post it.
class Catcher final : public QNetworkAccessManager
{
public:
    MultiPartBody caught;

protected:
    QNetworkReply *createRequest(Operation, const QNetworkRequest &request,
                                 QIODevice *device) override
    {
        caught.request = request;
        read(*device);
        return new NoReply(this);
    }

private:
    void read(QIODevice &device)
    {
        // Also because Qt would loop for ever in a part that gives less than its device's size
        // (QHttpMultiPartIODevice::readData), as one does that has been read from before.
        if (!device.isSequential() && !device.reset())
            return fail();
        const qint64 size = device.size();
        caught.body.resize(size);
        // In one go: the size of a sequential part shrinks as it is read, and Qt goes by it.
        const qint64 got = device.read(caught.body.data(), size);
        if (got != size)
            fail();
    }

    void fail()
    {
        caught.body.clear();
        caught.failure = configFailure(
            QStringLiteral("BodyUnreadable"),
            QStringLiteral("The parts of the request's body could not be read whole."));
    }
};

} // namespace

MultiPartBody readMultiPart(const QNetworkRequest &request, QHttpMultiPart *multiPart)
{
    if (!multiPart) {
        return {request,
                {},
                configFailure(QStringLiteral("BodyMissing"),
                              QStringLiteral("There is no multi-part body to send."))};
    }
    Catcher catcher;
    catcher.post(request, multiPart);
    return catcher.caught;
}

} // namespace Retryscope
