// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/llm/streamreader.h"
#include "core/retry/attempt.h"
#include "core/tap/wireevent.h"
#include "core/trace/tracerecorder.h"

#include <QtCore/QJsonArray>
#include <QtNetwork/QSslError>

namespace Retryscope {

class RetryingReply;

//! \brief Puts what a run's parts tell into trace events: one function for each kind of news.
//! Client, policy and stream news are stamped here, when they arrive; wire news bring their stamps.
class RunRecorder final
{
public:
    RunRecorder(Trace *trace, Clock *clock, std::chrono::nanoseconds origin, Redactor redactor);

    void runStarted(const QJsonObject &fields);
    void attemptStarted(int attempt, const QString &url, const QByteArray &method,
                        const QJsonArray &headers, qint64 bodySize);
    //! \a tapped: the tap reports connecting itself, and nearer to the truth.
    void advanced(int attempt, Milestone milestone, std::chrono::nanoseconds stamp,
                  const RetryingReply &reply, bool tapped);
    //! What the server has shown; nothing is recorded of none.
    void certificates(int attempt, const QList<QSslCertificate> &chain,
                      const QList<QSslError> &errors);
    void attemptFinished(const AttemptRecord &record, const std::optional<Failure> &failure,
                         bool simulated);
    void decided(int attempt, const RetryDecision &decision);
    void waitStarted(int attempt, std::chrono::microseconds delay);
    void waitFinished(int attempt, std::chrono::microseconds late, bool cutShort);
    void wire(const WireEvent &event);
    void sandboxFault(int attempt, const Fault &fault, std::chrono::nanoseconds stamp);
    void bodyData(int attempt, qint64 offset, qint64 bytes);

    void keepBody(QByteArrayView bytes) { m_recorder.keepBody(bytes); }

    void streamEvent(int attempt, const StreamEvent &event);
    void delta(int attempt, const Delta &delta);
    void runFinished(const QJsonObject &fields);

    //! For a secret that was made after the run began.
    void addSecretsOfHeader(const QByteArray &name, const QByteArray &value);
    //! [[name, value], ...] with secrets taken out.
    QJsonArray headers(const QList<QNetworkReply::RawHeaderPair> &pairs) const;

private:
    void record(int attempt, TraceSource source, TraceEventName name,
                const QJsonObject &fields = {});

    TraceRecorder m_recorder;
    Clock *m_clock;
    int m_sends = 0;
};

} // namespace Retryscope
