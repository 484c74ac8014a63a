// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/classify.h"

namespace Retryscope {

//! \brief Whether Qt has surely all of the three times left that it repeats a request by itself
//! (reconnectAttempts in qhttpnetworkconnectionchannel.cpp), for one origin.
//!
//! With some left, Qt meets a connection that breaks before the head of an answer with a repeat,
//! which ends as ContentReSendError for a body that cannot be repeated. RemoteHostClosedError
//! without a status is then a proof that Qt had read a head and keeps it back, which it does for
//! 401 and 407 until their body is whole. One lost connection may use up all three. Requests that
//! others send through the same manager are not seen here.
class ResendBudget
{
public:
    bool isFull() const { return m_isFull; }

    //! Of each connection that broke before an answer.
    void noteLoss() { m_isFull = false; }

    //! Qt refills it, for the connection that the answer came over. Which one that is, is only
    //! known where there was never a second one.
    void noteWholeAnswer() { m_isFull = m_isFull || m_isSingle; }

    void noteSecondConnection() { m_isSingle = false; }

private:
    bool m_isFull = true;
    bool m_isSingle = true;
};

//! Once Qt has told the end of an attempt, and all that came before it: what follows from that, for
//! \a state and \a budget.
void judgeLoss(ReplyState &state, ResendBudget &budget, bool hasBody);

} // namespace Retryscope
