// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/wire/chunked.h"
#include "core/wire/http1.h"

#include <QtCore/QByteArray>
#include <QtCore/QList>
#include <QtCore/QObject>

#include <optional>

namespace Retryscope {

//! \brief A part of a response, in the order in which they come.
struct RETRYSCOPE_EXPORT HttpResponsePart
{
    Q_GADGET
public:
    enum class Kind {
        Interim, //!< the whole head of a 1xx response, as it stood on the wire
        Head,    //!< the whole head of the final response, as it stood on the wire
        Body,    //!< bytes of the body, without the framing
        End,     //!< the response is whole, by its framing
        Foreign, //!< bytes that are no HTTP response, or behind the end of one
    };
    Q_ENUM(Kind)

    Kind kind = Kind::Body;
    QByteArray bytes;

    friend bool operator==(const HttpResponsePart &, const HttpResponsePart &) = default;
};

//! \brief Takes one HTTP/1.x response apart, with the interim ones before it, fed any split of its
//! bytes. Lenient: it judges nobody, and passes on as Foreign what it does not understand.
//!
//! \par Threads
//! A plain object; any one thread at a time.
class RETRYSCOPE_EXPORT HttpResponseReader
{
public:
    enum class Framing { None, Length, Chunked, UntilEnd };

    //! No head is longer; what is, is Foreign. Units: bytes.
    static constexpr qsizetype longestHead = 1024 * 1024;

    //! The answer to \a method: that to HEAD has no body.
    explicit HttpResponseReader(const QByteArray &method = {});

    QList<HttpResponsePart> feed(const QByteArray &bytes);
    //! The connection has ended: the End of a body that goes until then, or nothing. What was held
    //! of a head comes as Foreign.
    QList<HttpResponsePart> end();

    //! These are known with the Head.
    int status() const { return m_status; }

    QList<HttpHeader> headers() const { return m_headers; }

    //! The first of that name, compared without case; null if there is none.
    QByteArray header(QByteArrayView name) const;

    Framing framing() const { return m_framing; }

    //! Only with Framing::Length.
    qint64 contentLength() const { return m_length; }

    //! The response was whole.
    bool isWhole() const { return m_state == State::Done; }

private:
    enum class State { Head, Body, Done, Foreign };

    qsizetype feedHead(QByteArrayView bytes, QList<HttpResponsePart> *parts);
    qsizetype feedBody(QByteArrayView bytes, QList<HttpResponsePart> *parts);
    bool readHead();
    void frame();

    QByteArray m_method;
    State m_state = State::Head;
    QByteArray m_head;
    int m_status = 0;
    QList<HttpHeader> m_headers;
    Framing m_framing = Framing::None;
    qint64 m_length = 0;
    qint64 m_left = 0;
    ChunkedReader m_chunks;
};

} // namespace Retryscope
