// SPDX-License-Identifier: MIT
#include "tests/support/eventlog.h"

#include "tests/support/printers.h"

namespace Retryscope::Test {

using namespace std::chrono;

void EventLog::watch(RetryingReply *reply)
{
    QObject::connect(reply, &RetryingReply::attemptStarted, &m_context,
                     [this](int attempt) { add(QStringLiteral("%1 started").arg(attempt)); });
    QObject::connect(reply, &RetryingReply::attemptFailed, &m_context,
                     [this](int attempt, const Failure &failure) {
                         QString what = keyOf(failure.kind);
                         if (failure.timeout)
                             what += QStringLiteral("(%1)").arg(keyOf(*failure.timeout));
                         add(QStringLiteral("%1 failed %2").arg(QString::number(attempt), what));
                     });
    QObject::connect(reply, &RetryingReply::retryDecided, &m_context,
                     [this](int, const RetryDecision &decision) {
                         if (!decision.retry)
                             add(QStringLiteral("stop %1").arg(keyOf(decision.reason)));
                     });
    QObject::connect(reply, &RetryingReply::retryScheduled, &m_context,
                     [this](int, microseconds delay) {
                         const auto ms = duration_cast<milliseconds>(delay).count();
                         add(QStringLiteral("wait %1ms").arg(ms));
                     });
    QObject::connect(reply, &QNetworkReply::metaDataChanged, &m_context, [this, reply] {
        const auto status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
        add(QStringLiteral("status %1").arg(status.toInt()));
    });
    QObject::connect(reply, &QNetworkReply::errorOccurred, &m_context,
                     [this](QNetworkReply::NetworkError error) {
                         add(QStringLiteral("error %1").arg(keyOf(error)));
                     });
    QObject::connect(reply, &QNetworkReply::finished, &m_context, [this] {
        ++m_finished;
        add(QStringLiteral("finished"));
    });
}

} // namespace Retryscope::Test
