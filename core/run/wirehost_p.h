// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/fault/faultplan.h"
#include "core/sandbox/sandbox.h"
#include "core/tap/taptermination.h"

#include <QtCore/QObject>
#include <QtCore/QThread>
#include <QtNetwork/QNetworkProxy>

#include <optional>

namespace Retryscope {

class Tap;

//! \brief Owns the wire thread and the tap and sandbox that live in it, so that a busy caller
//! cannot disturb what is measured.
//!
//! \par Threads
//! Used from the caller's thread; start() blocks for the milliseconds that listening and a new key
//! take, everything else is queued.
class WireHost final : public QObject
{
    Q_OBJECT
public:
    explicit WireHost(Clock *clock, QObject *parent = nullptr);
    ~WireHost() override;

    //! Starts what is needed and is not running yet; a sandbox with other options starts anew.
    std::optional<InputError> start(bool needTap, const std::optional<SandboxOptions> &sandbox);

    //! For Tap::proxyFor() and connections of signals only. Null until started.
    Tap *tap() const { return m_tap; }

    //! For connections of signals only. Null until started.
    Sandbox *sandbox() const { return m_sandbox; }

    quint16 sandboxPort(bool tls) const { return tls ? m_httpsPort : m_httpPort; }

    //! Null until a sandbox was started.
    QSslCertificate sandboxAuthority() const
    {
        return m_authority ? *m_authority : QSslCertificate();
    }

    //! See Tap::authority(). Only where the tap was started.
    QSslCertificate tapAuthority() const;
    //! \a upstream, \a termination: see Tap::setPlan().
    void setPlan(quint64 generation, const FaultPlan &plan, const QNetworkProxy &upstream,
                 const TapTermination &termination);
    //! See Tap::endPlan(); nothing happens without a tap.
    void endPlan();
    void setSandboxFault(int attempt, const Fault &fault);

private:
    std::optional<InputError> startTap();
    std::optional<InputError> startSandbox(const SandboxOptions &options);

    Clock *m_clock;
    QThread m_thread;
    Tap *m_tap = nullptr;
    Sandbox *m_sandbox = nullptr;
    std::optional<SandboxOptions> m_sandboxOptions;
    quint16 m_httpPort = 0;
    quint16 m_httpsPort = 0;
    // Even a null one loads Qt's TLS backend: 10 ms and 4 MB of a window that just came up.
    std::optional<QSslCertificate> m_authority;
};

} // namespace Retryscope
