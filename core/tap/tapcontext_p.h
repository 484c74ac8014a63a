// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/base/random.h"
#include "core/fault/faultplan.h"
#include "core/tap/taptermination.h"
#include "core/tap/wireevent.h"
#include "core/tls/forge.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtNetwork/QNetworkProxy>

#include <functional>
#include <memory>

namespace Retryscope {

//! \brief What the connections of a tap share. Owned by the tap, which outlives them.
struct TapContext
{
    Clock *clock = nullptr;
    QByteArray password;
    quint16 port = 0;
    quint64 generation = 0;
    FaultPlan plan;
    //! See Tap::setCountsConnections(): whether, and how many have been there.
    bool counts = false;
    int counted = 0;
    //! What the connections go through; of the type NoProxy where they go straight.
    QNetworkProxy upstream{QNetworkProxy::NoProxy};
    //! Made when the first certificate is forged: that costs a key pair.
    std::unique_ptr<Forge> forge;
    //! TLS that ends at the tap: whether it may, and by whose word the endpoints are believed.
    TapTermination termination;
    //! Another authority than that of the bad certificates, for this one is trusted.
    std::unique_ptr<Forge> terminator;

    Forge &terminationForge()
    {
        if (!terminator)
            terminator = std::make_unique<Forge>();
        return *terminator;
    }

    //! For what strays by chance; the same for every plan.
    SeededRandom chance{1};
    //! The parent of connections that are only being ended.
    QObject *drains = nullptr;
    //! Lives in the thread that reads the replies; may be null. See ReaderEcho.
    QObject *reader = nullptr;
    std::function<void(quint64 generation, const WireEvent &event)> publish;
};

} // namespace Retryscope
