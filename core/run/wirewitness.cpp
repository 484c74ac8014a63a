// SPDX-License-Identifier: MIT
#include "core/run/wirewitness_p.h"

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

// Qt keeps a status to itself where it comes before the request's body has left, and a 401 or 407
// until its own body is whole. A final status is an answer all the same: never sent again.
void correctByStatus(Failure &failure, int status)
{
    const bool isHidden =
        failure.phase != AttemptPhase::Body || failure.cause == "WithheldStatus"_L1;
    if (status < 200 || !isHidden)
        return;
    failure.safety = Safety::Answered;
    failure.phase = AttemptPhase::Body;
    const QString begun = u"%1 answered with status %2, which Qt did not tell"_s.arg(
        failure.address, QString::number(status));
    if (failure.kind == FailureKind::Io || failure.kind == FailureKind::Body) {
        failure.kind = FailureKind::Body;
        failure.cause = u"WithheldStatus"_s;
        failure.message = begun + u": the connection was lost before Qt had read all of it."_s;
    } else {
        failure.message = begun + u". "_s + failure.message;
    }
}

} // namespace

void WireWitness::see(const WireEvent &event)
{
    countConnections(event);
    Facts &facts = m_facts[event.attempt];
    // How the proxy was reached is told by ProxyFinished.
    if (event.toProxy)
        return;
    switch (event.kind) {
    case WireEvent::Kind::ProxyStarted:
        facts = Facts{};
        facts.proxy = event.via;
        facts.triedAddress = event.via;
        break;
    case WireEvent::Kind::ProxyFinished:
        seeProxy(event, facts);
        break;
    case WireEvent::Kind::DnsStarted:
        facts = Facts{};
        facts.host = event.host;
        facts.isLookingUp = true;
        break;
    case WireEvent::Kind::DnsFinished:
        facts.isLookingUp = false;
        facts.host = event.host;
        facts.dnsError = event.error;
        break;
    case WireEvent::Kind::ConnectStarted:
        facts.triedAddress = event.address;
        facts.isConnecting = true;
        break;
    case WireEvent::Kind::ConnectFinished:
        facts.isConnecting = false;
        facts.triedAddress = event.address;
        facts.connectError = event.error;
        facts.connectedAddress = event.error.isEmpty() ? event.address : QString();
        break;
    case WireEvent::Kind::TlsClientHello:
        facts.clientHello = true;
        break;
    case WireEvent::Kind::TlsAlert:
        if (event.fromServer && facts.alertCode < 0) {
            facts.alertCode = event.alertCode;
            facts.alertName = event.detail;
        }
        break;
    case WireEvent::Kind::TlsFirstData:
        facts.applicationData = true;
        break;
    case WireEvent::Kind::RequestSeen:
        facts.requestSeen = true;
        break;
    case WireEvent::Kind::FaultInjected:
        m_simulated.insert(event.attempt);
        break;
    case WireEvent::Kind::ResponseSeen:
        // With a detail it may be something else that a TLS 1.3 server sends by itself.
        facts.responseSeen = facts.responseSeen || event.detail.isEmpty();
        facts.maybeResponse = true;
        facts.status = event.status;
        facts.answerError = event.error;
        break;
    case WireEvent::Kind::TlsTerminated:
        m_tlsEndedAtTap = m_tlsEndedAtTap || event.error.isEmpty();
        break;
    case WireEvent::Kind::TlsServerHello:
    case WireEvent::Kind::FaultRefused:
        break;
    case WireEvent::Kind::Closed:
        facts.isClosedByServer = event.fromServer;
        facts.isRequestCut = event.fromServer && event.isRequestCut;
        facts.isReset = event.fromServer && event.detail == "RST"_L1;
        break;
    }
}

//! One that was never made stays counted: then Qt has been told of an error, and acts on it.
void WireWitness::countConnections(const WireEvent &event)
{
    if (event.kind == WireEvent::Kind::Closed)
        m_connections[event.attempt].erase(event.connection);
    else
        m_connections[event.attempt].insert(event.connection);
}

bool WireWitness::isConnectionLost(int attempt) const
{
    const auto found = m_connections.constFind(attempt);
    return found != m_connections.cend() && found->empty();
}

//! A proxy that works may report what it found out about the endpoint: that is the endpoint's
//! failure.
void WireWitness::seeProxy(const WireEvent &event, Facts &facts)
{
    const QString hearsay = u"the proxy %1 was asked, and %2"_s.arg(event.via, event.error);
    if (event.error.isEmpty()) {
        facts.connectedAddress = event.via;
    } else if (event.isNamesFailure) {
        facts.host = event.host;
        facts.dnsError = hearsay;
    } else if (event.isTargetsFailure) {
        facts.triedAddress = event.host;
        facts.connectError = hearsay;
    } else {
        facts.host = event.host;
        facts.proxyCause = event.detail;
        facts.proxyError = event.error;
    }
}

//! What had not happened yet when there was no connection in time.
void WireWitness::tellWait(const Facts &facts, Failure &failure)
{
    if (facts.isLookingUp) {
        failure.phase = AttemptPhase::Dns;
        failure.message += u" The look-up of its name had no end."_s;
    } else if (facts.isConnecting) {
        failure.message += u" %1 did not answer the attempt to connect."_s.arg(facts.triedAddress);
    } else if (facts.clientHello && !facts.applicationData) {
        failure.message += u" The TLS handshake had no end."_s;
    }
}

//! How far the exchange came before the connection was lost, and how it was.
void WireWitness::tellLoss(const Facts &facts, Failure &failure)
{
    const QString peer = failure.address.isEmpty() ? u"The endpoint"_s : failure.address;
    const QString lost = facts.isReset ? u"reset the connection"_s : u"closed the connection"_s;
    if (facts.responseSeen) {
        // Qt says nothing of a head that is not whole or no HTTP, nor of a 401 or 407 before its
        // body is whole: to the client that looks like no answer at all.
        failure.phase = AttemptPhase::Head;
        QString answer = u"began to answer"_s;
        if (!facts.answerError.isEmpty())
            answer = u"answered in another protocol than HTTP"_s;
        else if (facts.status > 0)
            answer = u"answered with status %1, which is not final"_s.arg(facts.status);
        failure.message =
            u"%1 %2, but %3 before a status could be had of it."_s.arg(peer, answer, lost);
    } else if (facts.isRequestCut) {
        failure.message = u"%1 %2 while the request was being sent."_s.arg(peer, lost);
    } else if (facts.requestSeen && !facts.maybeResponse) {
        failure.message =
            u"%1 %2 after the request, before any byte of an answer."_s.arg(peer, lost);
    } else if (facts.isClosedByServer && !facts.requestSeen && !facts.clientHello) {
        failure.message = u"%1 accepted the connection and %2 it before anything was read."_s.arg(
            peer, facts.isReset ? u"reset"_s : u"closed"_s);
    }
}

void WireWitness::inspect(int attempt, Failure &failure)
{
    const auto found = m_facts.constFind(attempt);
    if (found == m_facts.cend())
        return;
    const Facts &facts = *found;
    // Where a fault came before all of it, the address is none but the name.
    if (!facts.triedAddress.isEmpty())
        failure.address =
            facts.connectedAddress.isEmpty() ? facts.triedAddress : facts.connectedAddress;

    correctByStatus(failure, facts.status);
    if (failure.timeout == TimeoutKind::Connect)
        tellWait(facts, failure);
    // What our own timers, the caller or a final status decided is not for the wire to change.
    const bool open = failure.kind != FailureKind::Timeout && failure.kind != FailureKind::Cancelled
                      && failure.kind != FailureKind::Config && failure.safety != Safety::Answered;
    if (!open)
        return;
    if (!facts.proxyError.isEmpty()) {
        failure.kind = FailureKind::Proxy;
        failure.phase = AttemptPhase::Proxy;
        failure.safety = Safety::NotSent;
        failure.cause = facts.proxyCause;
        failure.message = u"The proxy %1 did not get through to %2: %3."_s.arg(
            facts.proxy, facts.host, facts.proxyError);
    } else if (!facts.dnsError.isEmpty()) {
        failure.kind = FailureKind::Dns;
        failure.phase = AttemptPhase::Dns;
        failure.safety = Safety::NotSent;
        failure.cause = u"HostNotFound"_s;
        failure.message =
            u"The name %1 could not be resolved: %2."_s.arg(facts.host, facts.dnsError);
    } else if (!facts.connectError.isEmpty()) {
        failure.kind = FailureKind::Connect;
        failure.phase = AttemptPhase::Connect;
        failure.safety = Safety::NotSent;
        failure.cause = facts.connectError;
        failure.message = u"No connection to %1: %2."_s.arg(facts.triedAddress, facts.connectError);
    } else if (facts.alertCode >= 0 && !facts.requestSeen) {
        failure.kind = FailureKind::Tls;
        failure.phase = AttemptPhase::Tls;
        failure.safety = Safety::NotSent;
        failure.cause = u"%1 (%2)"_s.arg(facts.alertName).arg(facts.alertCode);
        failure.message = u"%1 refused the TLS handshake with the alert %2."_s.arg(failure.address,
                                                                                   failure.cause);
    } else if (failure.kind == FailureKind::Io) {
        tellLoss(facts, failure);
    } else if (failure.kind == FailureKind::Tls && facts.isReset && facts.clientHello) {
        failure.message =
            u"%1 reset the connection during the TLS handshake."_s.arg(failure.address);
    }
}

int WireWitness::finalStatus(int attempt) const
{
    const int status = m_facts.value(attempt).status;
    return status >= 200 ? status : 0;
}

} // namespace Retryscope
