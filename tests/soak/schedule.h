// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/random.h"
#include "core/retry/failure.h"
#include "tests/support/rawpeer.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QString>

namespace Retryscope::Test {

//! \brief What the peer does with one attempt, and what may truthfully be said of it.
struct Exchange
{
    QString name;
    PeerScript steps;
    //! The peer reads the request to its end before anything goes wrong.
    bool readsRequest = true;
    //! Only the clock ends it.
    bool isSilent = false;
    //! It may be that nothing of the answer arrives, because a reset throws away what is on its
    //! way.
    bool mayLoseAnswer = false;

    //! Nothing but the end of the connection, or a chunk that never comes, ends the body. Qt sends
    //! a request without a body once more behind such an answer, unseen, and may take a cut for its
    //! end: known, and out of reach.
    bool endsWithConnection = false;
    //! Qt may connect again by itself, as long as nothing was sent. Only the last one may be so: it
    //! serves all further connections.
    bool mayReconnect = false;

    //! The answer's status and body as they were meant; 0 where no head is sent whole.
    int status = 0;
    QByteArray body;
    //! How much of the body is sent; body.size() where it is whole.
    qsizetype sent = 0;
    //! The head tells how long the body is, so that a client must notice a cut.
    bool isFramed = true;
    //! An event stream, to be judged by its terminal event.
    bool isStream = false;

    //! What an attempt may fail with.
    QList<FailureKind> kinds;

    bool isCut() const { return status > 0 && sent < body.size(); }
};

//! \brief One or two requests, and the exchanges their attempts meet, in order.
struct Schedule
{
    bool isTls = false;
    bool isGet = false;
    //! The first exchange is whole and its connection is kept: it serves a request of its own, and
    //! the next one begins on the same connection.
    bool isKeptAlive = false;
    QByteArray requestBody;
    int maxRetries = 2;
    QList<Exchange> exchanges;

    //! Of the peer.
    QList<PeerScript> scripts() const;
};

//! The same for the same number, always.
Schedule makeSchedule(quint64 seed);

} // namespace Retryscope::Test
