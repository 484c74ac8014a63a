// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/export.h"
#include "core/fault/faultplan.h"
#include "core/sandbox/sandboxscript.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtNetwork/QSslCertificate>

#include <memory>
#include <optional>

namespace Retryscope {

//! \brief How the sandbox answers.
struct RETRYSCOPE_EXPORT SandboxOptions
{
    quint16 httpPort = 0;
    //! Also listen with TLS, on a port of its own.
    bool tls = true;
    quint16 httpsPort = 0;
    //! Over TLS, offer HTTP/2 to clients that ask for it (ALPN).
    bool http2 = false;
    //! Length of an answer, 1 to 100000; a request's own limit may make it shorter.
    int tokens = 60;
    //! 0.01 to a million.
    double tokensPerSecond = 40.0;
    //! From the head of the answer, which goes out at once, to the first event.
    std::chrono::milliseconds firstToken{150};
    //! The same request and seed give the same answer.
    quint64 seed = 1;
    //! Calls without it are turned away as the dialect's provider does it; empty: none is asked
    //! for.
    QByteArray key;
    //! More calls than that in a minute get 429, and every answer tells the provider's headers
    //! about it; 0: no limit, no headers.
    int requestsPerMinute = 0;

    friend bool operator==(const SandboxOptions &, const SandboxOptions &) = default;
};

//! \brief What a request that the sandbox counted looked like; the digest is the raw one of the
//! body.
struct RETRYSCOPE_EXPORT SandboxRequest
{
    //! From 1, in the order of arrival, over all connections.
    int number = 0;
    QByteArray method;
    QByteArray target;
    qint64 bodySize = 0;
    QByteArray bodySha256;
    bool overTls = false;
    bool overHttp2 = false;
};

//! \brief The embedded LLM endpoint on loopback: answers in every dialect, streaming or not, and
//! misbehaves on request. It writes raw bytes, so that malformed output is possible.
//!
//! \par Errors
//! start() returns false if it cannot listen or an option is out of range; errorString() says why.
//! \par Threads
//! Lives in the wire thread: everything but the constructor is called there, the destructor too.
//! The clock is borrowed. Not to be deleted from within a slot of its own signals; stop() is fine
//! there.
class RETRYSCOPE_EXPORT Sandbox final : public QObject
{
    Q_OBJECT
public:
    explicit Sandbox(Clock *clock, QObject *parent = nullptr);
    ~Sandbox() override;

    //! It makes the fault by itself, without a tap in front of it.
    static bool makes(const Fault &fault);
    //! Why the plan cannot be carried out on answers of that dialect (a comment where there are no
    //! lines, a stream's fault where none is asked for), or none.
    static std::optional<InputError> checkPlaceable(const FaultPlan &plan, const QString &dialect,
                                                    bool streamed);

    bool start(const SandboxOptions &options);
    void stop();
    QString errorString() const;

    quint16 httpPort() const;
    //! 0 without TLS.
    quint16 httpsPort() const;
    //! The authority to trust: made at start, gone at stop. Names: localhost, 127.0.0.1, ::1.
    QSslCertificate authority() const;

    //! What to answer to which request, from the next start() on.
    void setScript(const SandboxScript &script);
    //! Faults of all phases from "before the status" on, one entry a request, in the order of
    //! arrival from now on (for the sandbox alone). Entries that the sandbox does not make count as
    //! none, and so do those that have no place in an answer (a stream's fault where no stream was
    //! asked for that has no likeness there). Replaces what setFault() set.
    void setPlan(const FaultPlan &plan);
    //! The fault of every request from now on, labelled with the attempt it belongs to (for a run,
    //! which knows better than the order of arrival which attempt it is in). Replaces the plan.
    void setFault(int attempt, const Fault &fault);

    //! Requests whose body arrived whole, to whatever path.
    int requestCount() const;
    void resetRequestCount();

Q_SIGNALS:
    void requestArrived(const Retryscope::SandboxRequest &request);
    //! A fault of the plan is about to be made. \a number is the request's.
    void faultInjected(int number, int attempt, const Retryscope::Fault &fault,
                       std::chrono::nanoseconds stamp);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace Retryscope

Q_DECLARE_METATYPE(Retryscope::SandboxRequest)
