// SPDX-License-Identifier: MIT
#pragma once

#include "core/trace/trace.h"
#include "ui/response/eventplaces.h"
#include "ui/response/textstore.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonObject>
#include <QtCore/QList>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace Retryscope {

//! \brief A signal of QNetworkReply and when it came.
struct SignalStamp
{
    std::chrono::microseconds t{0};
    QString name;

    friend bool operator==(const SignalStamp &, const SignalStamp &) = default;
};

//! \brief What a handshake has shown, as far as it got.
struct TlsDigest
{
    //! Empty where it did not succeed.
    QString version;
    QString cipher;
    QString alpn;
    //! As in the trace (tls.certificates).
    QJsonArray chain;
    QJsonArray errors;
};

//! \brief What one attempt sent and got, put together from a trace.
struct AttemptDigest
{
    using Headers = QList<std::pair<QString, QString>>;

    int attempt = 0;
    std::chrono::microseconds begin{0};
    QString method;
    QString url;
    //! What is to be sent, and whether it was.
    Headers requestHeaders;
    bool sent = false;
    int status = 0;
    QString reason;
    QString httpVersion;
    TlsDigest tls;
    Headers responseHeaders;
    //! Empty where it did not fail.
    QJsonObject failure;
    bool finished = false;
    QString fault;
    QList<SignalStamp> signalStamps;

    TextStore text;
    TextStore reasoning;
    //! And errors that the endpoint sent inside the stream.
    TextStore refusal;
    //! A tool call a line.
    TextStore tools;
    //! Where the stream events stand in the trace; they may be millions.
    EventPlaces events;
    std::chrono::microseconds lastEvent{0};
    std::chrono::microseconds longestGap{0};
    //! The index in events after the longest gap.
    std::size_t longestGapAt = 0;
    std::optional<std::chrono::microseconds> firstToken;
    std::optional<std::chrono::microseconds> lastToken;
    std::optional<qint64> outputTokens;
    qint64 textDeltas = 0;
};

//! \brief Reads a trace as it grows and keeps what the response views show, attempt by attempt.
//! update() is called by a timer, never for each event.
class TraceDigest final
{
public:
    //! Borrowed; it may be destroyed first.
    void setTrace(const Trace *trace);

    const Trace *trace() const { return m_trace; }

    //! Reads what is new until \a deadline, but one event at least. True: there is more.
    bool update(QDeadlineTimer deadline = QDeadlineTimer::Forever);

    //! update() has come as far as the trace's first \a events.
    bool isRead(std::size_t events) const { return m_next >= events; }

    //! Null: there was no such attempt.
    const AttemptDigest *attempt(int number) const;
    //! 0: none yet.
    int lastAttempt() const;

private:
    void read(const TraceEvent &event, std::size_t index);
    void readExchange(const TraceEvent &event, AttemptDigest *digest);
    void readStreamEvent(const TraceEvent &event, std::size_t index, AttemptDigest *digest);
    void readDelta(const TraceEvent &event, AttemptDigest *digest);
    void readTool(const QJsonObject &fields, AttemptDigest *digest);
    void readEnd(const TraceEvent &event, AttemptDigest *digest);

    QPointer<const Trace> m_trace;
    std::size_t m_next = 0;
    std::map<int, AttemptDigest> m_attempts;
};

} // namespace Retryscope
