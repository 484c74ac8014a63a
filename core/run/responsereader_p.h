// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/answerbuilder.h"
#include "core/llm/endpointerror.h"
#include "core/llm/streamreader.h"

#include <QtCore/QByteArray>

#include <functional>
#include <memory>

namespace Retryscope {

class Dialect;

//! \brief Reads the body of the answer in the way its status and content type ask for: an event
//! stream, a whole JSON answer, or the body of an HTTP error.
class ResponseReader final
{
public:
    //! What is kept of a body that is not a stream.
    static constexpr qsizetype WholeBodyLimit = 64 * 1024 * 1024;

    //! UTF-16 units of a streamed text that the summary has; the trace has all of it.
    static constexpr qsizetype TextLimit = 1024 * 1024;

    //! Handlers as in StreamReader; for a whole answer they are called when it ends (deltas only).
    //! \a flavour: who answers, or null.
    ResponseReader(const Dialect *dialect, const DialectFlavour *flavour,
                   StreamReader::EventHandler onEvent, StreamReader::DeltaHandler onDelta);
    ~ResponseReader();
    Q_DISABLE_COPY_MOVE(ResponseReader)

    //! The head is there. \a streamAsked: the request asked for a stream.
    void begin(int status, const QByteArray &contentType, bool streamAsked,
               const QByteArray &contentEncoding = {});
    //! \a arrived as in StreamReader::feed().
    void feed(const QByteArray &bytes, std::optional<std::chrono::nanoseconds> arrived = {});
    //! The body has ended; \a clean as in StreamReader::finish().
    StreamJudgement finish(bool clean);

    const Answer &answer() const;
    //! As StreamReader::severalAnswers().
    QList<ChoiceAnswer> severalAnswers() const;

    qint64 bytes() const { return m_bytes; }

    qint64 events() const;
    //! Empty for an answer that was not streamed.
    QList<Finding> findings() const;
    StreamTiming timing() const;
    //! Of the body of an HTTP error; empty if it has none.
    EndpointError httpError() const;
    //! The verdict can no longer change: the terminal event was seen.
    bool isDecided() const;

private:
    enum class Form { None, Stream, Whole, HttpError };

    StreamJudgement finishWhole(bool clean);

    const Dialect *m_dialect;
    StreamReader m_stream;
    StreamReader::DeltaHandler m_onDelta;
    Form m_form = Form::None;
    bool m_streamAsked = false;
    QByteArray m_body;
    bool m_overflow = false;
    //! A Content-Encoding that is not decoded; empty without one.
    QByteArray m_coding;
    qint64 m_bytes = 0;
    AnswerBuilder m_whole;
};

} // namespace Retryscope
