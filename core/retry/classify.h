// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/retry/failure.h"

#include <QtCore/QString>
#include <QtNetwork/QNetworkReply>

#include <chrono>
#include <optional>

//! \file
//! \brief From where a reply stood when it ended to what that means. Pure, and in this order: was
//! a final status seen, whose timer fired, how far did the attempt get; Qt's code comes last,
//! because one code has many causes.

namespace Retryscope {

//! \brief Where an attempt stood when it ended.
struct RETRYSCOPE_EXPORT ReplyState
{
    enum class Proxy { None, Http, Socks5 };
    //! What ended it, beside QNetworkAccessManager.
    enum class EndedBy {
        Qt,
        Caller,
        ManagerGone,
        Timer,
        //! A proxy that closes instead of answering, for which Qt waits for ever.
        ProxyWatch,
        //! We took back what the HTTP/2 connection does not take.
        HeldBack,
        //! The caller saw its connection end, and Qt did not tell.
        ConnectionLost,
    };

    // What was asked for.
    bool isTls = false;
    Proxy proxy = Proxy::None;
    //! "127.0.0.1:3128", for the sentence; never credentials.
    QString proxyHostAndPort;
    bool proxyIsAddress = false;
    bool proxyHasCredentials = false;
    //! Names are for the proxy to look up.
    bool proxyLooksUp = false;
    //! The proxy is handed the request whole (plain HTTP), instead of being asked for a tunnel.
    bool proxyForwards = false;
    //! The URL's host is an address: there was no name to look up.
    bool hostIsAddress = false;
    //! "api.example.com:443", for the sentence. Never user info, path or query.
    QString hostAndPort;
    bool isHead = false;
    //! Qt follows redirects, and keeps their bodies to itself.
    bool followsRedirects = false;
    //! Qt has followed one: an answer that is a redirect is not the one that is awaited.
    bool isRedirected = false;

    // How far it got.
    bool queued = false; //!< waits for one of QNetworkAccessManager's connections
    bool connectStarted = false;
    //! How often Qt began to connect; more than once where it does so behind our back.
    int connects = 0;
    bool encrypted = false;
    bool http2 = false;
    int sends = 0;
    //! The request left, or part of it may have: true with any send.
    bool requestLeft = false;
    //! A part of the body has not been taken by QNetworkAccessManager yet.
    bool bodyPending = false;
    //! Qt read the head of an answer and keeps it back: a 401 or 407 whose body broke off.
    bool isHeadWithheld = false;

    // What came back.
    int status = 0;
    std::optional<qint64> contentLength;
    //! There is a Content-Length, but it is no number, or more than one: Qt ignores it.
    bool isLengthUnclear = false;
    qint64 received = 0;
    bool chunked = false;
    bool fromCache = false;

    // How it ended.
    EndedBy endedBy = EndedBy::Qt;
    //! Only with EndedBy::Timer.
    TimeoutKind timer = TimeoutKind::Total;
    std::chrono::milliseconds timerLimit{0};
    //! QSslError's name for the first complaint about the certificate that was not ignored; or
    //! empty.
    QString certificateError;
    QNetworkReply::NetworkError qtError = QNetworkReply::NoError;
    QString qtErrorString;
    //! Qt told an error whose code is NoError: the peer reset the HTTP/2 stream with NO_ERROR.
    bool isResetWithoutError = false;

    //! A final status, that is not 1xx.
    bool isAnswered() const { return status >= 200; }
};

//! None where the attempt succeeded: an answer with any status, whole as far as that can be known.
RETRYSCOPE_EXPORT std::optional<Failure> classify(const ReplyState &state);

//! The end of a connection, as Qt may report it. ContentReSendError comes where Qt would have sent
//! the request once more, and our one-shot body kept it from doing so.
RETRYSCOPE_EXPORT bool isConnectionLost(QNetworkReply::NetworkError error);

//! How far the attempt got.
RETRYSCOPE_EXPORT AttemptPhase phaseOf(const ReplyState &state);

//! A request that cannot be sent as it was asked for.
RETRYSCOPE_EXPORT Failure configFailure(const QString &cause, const QString &message);

//! The code of Qt that says most nearly what \a failure says; never NoError.
RETRYSCOPE_EXPORT QNetworkReply::NetworkError nearestQtError(const Failure &failure);

} // namespace Retryscope
