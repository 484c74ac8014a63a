// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/wire/chunked.h"

#include <QtCore/QByteArray>
#include <QtCore/QByteArrayView>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>

namespace Retryscope {

//! \brief A header field as it stood on the wire, without the white space around the value.
struct RETRYSCOPE_EXPORT HttpHeader
{
    QByteArray name;
    QByteArray value;

    friend bool operator==(const HttpHeader &, const HttpHeader &) = default;
};

//! \brief How much of a request a parser takes before it gives up. Units: bytes.
struct RETRYSCOPE_EXPORT HttpLimits
{
    //! Request line and headers, and the trailers of a chunked body.
    qint64 head = 64 * 1024;
    qint64 body = 64 * 1024 * 1024;
    //! False: the body is counted and thrown away (for who only needs to know where it ends).
    bool keepBody = true;
};

//! \brief Reads one HTTP/1.x request, fed any split of its bytes: head, then a body framed by
//! Content-Length or chunks.
//!
//! Strict where two readers could disagree about where a request ends (RFC 9112 section 6.3: both
//! lengths, differing lengths, an encoding after "chunked"), lenient about a bare LF in the head.
//!
//! \par Errors
//! State::Error is final: errorText() says what is wrong, errorStatus() what a server answers.
//! \par Threads
//! A plain object; any one thread at a time.
class RETRYSCOPE_EXPORT HttpRequestParser
{
    Q_GADGET
public:
    enum class State {
        NeedMore, //!< the head is not whole yet
        Head,     //!< the head is whole, the body is not
        Complete, //!< the request is whole
        Error,
    };
    Q_ENUM(State)

    explicit HttpRequestParser(const HttpLimits &limits = {});

    //! Takes all bytes up to the end of this request and keeps what follows for takeRest(). Bytes
    //! fed after Complete are kept too; after Error they are dropped.
    State feed(QByteArrayView bytes);

    State state() const { return m_state; }

    bool hasHead() const { return m_state == State::Head || m_state == State::Complete; }

    QByteArray method() const { return m_method; }

    //! As sent: "/v1/chat/completions?x=1", or a whole URL where a proxy is addressed.
    QByteArray target() const { return m_target; }

    //! 0 for HTTP/1.0, 1 for HTTP/1.1.
    int minorVersion() const { return m_minorVersion; }

    QList<HttpHeader> headers() const { return m_headers; }

    //! The first header of that name, compared without case; null if there is none.
    QByteArray header(QByteArrayView name) const;

    //! What has arrived so far, decoded; empty without HttpLimits::keepBody.
    QByteArray body() const { return m_body; }

    qint64 bodySize() const { return m_bodySize; }

    //! The client waits for "100 Continue" before it sends the body.
    bool expectsContinue() const;
    //! The client does not ask for the connection to be closed after this exchange.
    bool wantsKeepAlive() const;

    //! A sentence for people.
    QString errorText() const { return m_errorText; }

    //! 400, 413, 417, 431, 501 or 505; 0 without an error.
    int errorStatus() const { return m_errorStatus; }

    //! Bytes behind the end of the request: the beginning of the next one.
    QByteArray takeRest();
    //! Ready for the next request. What takeRest() was not asked for is forgotten.
    void reset();

private:
    enum class Framing { None, Length, Chunked };

    qsizetype feedHead(QByteArrayView bytes);
    qsizetype feedBody(QByteArrayView bytes);
    void headLine(QByteArrayView line);
    void requestLine(QByteArrayView line);
    void headerLine(QByteArrayView line);
    void endOfHead();
    bool frameByLength();
    bool frameByEncoding();
    void takeBody(QByteArrayView bytes);
    void fail(int status, const QString &text);

    HttpLimits m_limits;
    State m_state = State::NeedMore;
    Framing m_framing = Framing::None;
    ChunkedReader m_chunks;
    QByteArray m_line;
    qint64 m_headSize = 0;
    QByteArray m_method;
    QByteArray m_target;
    int m_minorVersion = 1;
    QList<HttpHeader> m_headers;
    QByteArray m_body;
    qint64 m_bodySize = 0;
    qint64 m_bodyLength = 0;
    QByteArray m_rest;
    QString m_errorText;
    int m_errorStatus = 0;
};

} // namespace Retryscope
