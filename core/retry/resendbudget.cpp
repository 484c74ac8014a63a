// SPDX-License-Identifier: MIT
#include "core/retry/resendbudget_p.h"

#include "core/retry/httpstatus_p.h"

namespace Retryscope {

void judgeLoss(ReplyState &state, ResendBudget &budget, bool hasBody)
{
    // A request that was written is told before the end: none was. That its body had been fetched
    // means only that the writing was about to begin.
    if (hasBody && state.sends == 0 && state.status == 0)
        state.requestLeft = false;
    // An HTTP/2 connection never repeats anything.
    if (state.http2)
        return;
    if (state.isAnswered() && state.qtError == errorForStatus(state.status)) {
        budget.noteWholeAnswer();
    } else if (state.status == 0 && isConnectionLost(state.qtError)) {
        state.isHeadWithheld = state.qtError == QNetworkReply::RemoteHostClosedError
                               && state.sends == 1 && budget.isFull();
        budget.noteLoss();
    }
}

} // namespace Retryscope
