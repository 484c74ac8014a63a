// SPDX-License-Identifier: MIT
#include "core/run/wirehost_p.h"

#include "core/tap/tap.h"
#include "core/tls/cryptothread.h"

#include <QtCore/QCoreApplication>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! Runs \a call in the thread of \a target and waits for it.
template <typename Call>
void runIn(QObject *target, Call call)
{
    QMetaObject::invokeMethod(target, call, Qt::BlockingQueuedConnection);
}

} // namespace

WireHost::WireHost(Clock *clock, QObject *parent) : QObject(parent), m_clock(clock)
{
    m_thread.setObjectName(u"retryscope-wire"_s);
    // Without a receiver, so that it runs in the thread that ends.
    connect(&m_thread, &QThread::finished, [] {
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        releaseCryptoOfThread();
    });
}

WireHost::~WireHost()
{
    // Deleted while their thread's event loop still runs: what they leave to deleteLater() goes
    // with it.
    for (QObject *part : {static_cast<QObject *>(m_tap), static_cast<QObject *>(m_sandbox)}) {
        if (part)
            runIn(part, [part] { delete part; });
    }
    m_thread.quit();
    m_thread.wait();
}

std::optional<InputError> WireHost::start(bool needTap,
                                          const std::optional<SandboxOptions> &sandbox)
{
    if (!m_thread.isRunning())
        m_thread.start();
    if (needTap && !m_tap) {
        if (auto error = startTap())
            return error;
    }
    if (sandbox && sandbox != m_sandboxOptions)
        return startSandbox(*sandbox);
    return {};
}

std::optional<InputError> WireHost::startTap()
{
    auto *tap = new Tap(m_clock);
    tap->setReader(this);
    tap->moveToThread(&m_thread);
    QString error;
    runIn(tap, [&] {
        if (!tap->start())
            error = tap->errorString();
    });
    if (!error.isEmpty()) {
        tap->deleteLater();
        return InputError{u"tap"_s, u"The tap cannot listen on 127.0.0.1: %1."_s.arg(error), {}};
    }
    m_tap = tap;
    return {};
}

std::optional<InputError> WireHost::startSandbox(const SandboxOptions &options)
{
    if (!m_sandbox) {
        m_sandbox = new Sandbox(m_clock);
        m_sandbox->moveToThread(&m_thread);
    }
    m_sandboxOptions.reset();
    QString error;
    runIn(m_sandbox, [&] {
        m_sandbox->stop();
        if (!m_sandbox->start(options))
            error = m_sandbox->errorString();
        m_httpPort = m_sandbox->httpPort();
        m_httpsPort = m_sandbox->httpsPort();
        m_authority = m_sandbox->authority();
    });
    if (!error.isEmpty())
        return InputError{u"endpoint"_s, error, {}};
    m_sandboxOptions = options;
    return {};
}

QSslCertificate WireHost::tapAuthority() const
{
    QSslCertificate authority;
    runIn(m_tap, [&] { authority = m_tap->authority(); });
    return authority;
}

void WireHost::setPlan(quint64 generation, const FaultPlan &plan, const QNetworkProxy &upstream,
                       const TapTermination &termination)
{
    QMetaObject::invokeMethod(
        m_tap, [=, tap = m_tap] { tap->setPlan(generation, plan, upstream, termination); },
        Qt::QueuedConnection);
}

void WireHost::endPlan()
{
    if (m_tap)
        QMetaObject::invokeMethod(m_tap, &Tap::endPlan, Qt::QueuedConnection);
}

void WireHost::setSandboxFault(int attempt, const Fault &fault)
{
    QMetaObject::invokeMethod(
        m_sandbox, [sandbox = m_sandbox, attempt, fault] { sandbox->setFault(attempt, fault); },
        Qt::QueuedConnection);
}

} // namespace Retryscope
