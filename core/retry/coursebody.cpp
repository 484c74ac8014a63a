// SPDX-License-Identifier: MIT
// What is checked and read before the first attempt; all else of RetryCourse is in retrycourse.cpp.
#include "core/retry/proxyinuse_p.h"
#include "core/retry/requestcheck_p.h"
#include "core/retry/retrycourse_p.h"

namespace Retryscope {

// Leaves a body reader behind where a sequential body has not come in yet.
std::optional<Failure> RetryCourse::checkAndReadBody(QIODevice *device)
{
    if (m_spec.refusal)
        return m_spec.refusal;
    if (auto failure = checkManager(m_services->manager))
        return failure;
    if (auto failure = checkSettings(m_spec.policy, m_spec.timeouts))
        return failure;
    if (auto failure = checkRequest(m_spec.request, m_spec.verb))
        return failure;
    if (const QNetworkAccessManager *manager = m_services->manager) {
        if (auto failure = checkProxy(*manager, m_spec.request.url()))
            return failure;
    }
    const auto declared = declaredLength(m_spec.request);
    // Without a body, too: the server would wait for it.
    const qint64 size = m_spec.body ? m_spec.body->size() : 0;
    if (!device && declared && *declared != size) {
        return configFailure(QStringLiteral("ContentLength"),
                             QStringLiteral("The Content-Length header says %1, but the body has "
                                            "%2 bytes.")
                                 .arg(*declared)
                                 .arg(size));
    }
    if (!device)
        return settleBody(m_spec);
    m_bodyReader = std::make_unique<BodyReader>(device, declared);
    connect(m_bodyReader.get(), &BodyReader::done, this, &RetryCourse::useBody,
            Qt::QueuedConnection);
    if (!m_bodyReader->read())
        return {};
    return takeBody();
}

std::optional<Failure> RetryCourse::takeBody()
{
    auto failure = m_bodyReader->failure();
    m_spec.body = m_bodyReader->data();
    dropBodyReader();
    return failure ? failure : settleBody(m_spec);
}

void RetryCourse::useBody()
{
    if (m_isGivingUp || m_isOver || !m_bodyReader)
        return;
    if (const auto failure = takeBody())
        conclude(failure);
    else
        scheduleStart();
}

void RetryCourse::dropBodyReader()
{
    // Its device may be telling of its progress, inside read().
    if (BodyReader *reader = m_bodyReader.release()) {
        reader->cancel();
        reader->deleteLater();
    }
}

} // namespace Retryscope
