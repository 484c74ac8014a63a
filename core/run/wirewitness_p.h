// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/failureinspector.h"
#include "core/tap/wireevent.h"

#include <QtCore/QMap>

#include <set>

namespace Retryscope {

//! \brief Remembers what the tap saw of each attempt, and corrects failures by it: Qt has one code
//! for unrelated causes, and behind a SOCKS relay fewer still.
//!
//! It goes by what happened on the wire (an answer, an alert), never by which fault was asked for.
class WireWitness final : public FailureInspector
{
public:
    void see(const WireEvent &event);
    void inspect(int attempt, Failure &failure) override;

    //! The attempt had connections, and none is left.
    bool isConnectionLost(int attempt) const;

    //! The final status that the tap read from the wire in clear; 0 where it saw none.
    int finalStatus(int attempt) const;

    bool isSimulated(int attempt) const { return m_simulated.contains(attempt); }

    //! In order.
    QList<int> simulatedAttempts() const { return {m_simulated.begin(), m_simulated.end()}; }

    //! TLS ended at the tap in one of the attempts.
    bool hasTlsEndedAtTap() const { return m_tlsEndedAtTap; }

    //! The sandbox injected a fault into this attempt.
    void noteSimulated(int attempt) { m_simulated.insert(attempt); }

private:
    struct Facts
    {
        QString host;
        QString dnsError;
        QString connectError;
        QString triedAddress;
        QString connectedAddress;
        //! "127.0.0.1:3128", and how it failed: in the terms of its standard and in words.
        QString proxy;
        QString proxyCause;
        QString proxyError;
        bool clientHello = false;
        bool applicationData = false;
        bool requestSeen = false;
        bool responseSeen = false;
        bool maybeResponse = false;
        bool isLookingUp = false;
        bool isConnecting = false;
        bool isClosedByServer = false;
        bool isReset = false;
        bool isRequestCut = false;
        //! What came cannot be an answer.
        QString answerError;
        int status = 0;
        int alertCode = -1;
        QString alertName;
    };

    static void tellWait(const Facts &facts, Failure &failure);
    static void tellLoss(const Facts &facts, Failure &failure);
    static void seeProxy(const WireEvent &event, Facts &facts);

    void countConnections(const WireEvent &event);

    QMap<int, Facts> m_facts;
    //! Of each attempt, those that have not ended.
    QMap<int, std::set<quint64>> m_connections;
    std::set<int> m_simulated;
    bool m_tlsEndedAtTap = false;
};

} // namespace Retryscope
