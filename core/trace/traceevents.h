// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"
#include "core/trace/spillbuffer.h"
#include "core/trace/traceevent.h"

#include <cstddef>
#include <deque>
#include <iterator>
#include <utility>
#include <vector>

QT_BEGIN_NAMESPACE
class QIODevice;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief The events of a trace, as many as there are: the latest as they are, those before them as
//! lines of the trace's file, in a SpillBuffer. They are read like a container, by value.
//!
//! Going through them in order, or asking for one of the latest, is quick; any other costs a few
//! microseconds.
//!
//! \par Errors
//! As SpillBuffer: without a temporary file they stay in memory, and problem() says why.
//! \par Threads
//! Belongs to one thread.
class RETRYSCOPE_EXPORT TraceEvents final
{
public:
    //! \brief An input iterator: what it gives is a value, not a reference.
    class Iterator
    {
    public:
        using iterator_category = std::input_iterator_tag; //!< for algorithms
        using value_type = TraceEvent;                     //!< likewise
        using difference_type = std::ptrdiff_t;            //!< likewise
        using pointer = void;                              //!< likewise
        using reference = TraceEvent;                      //!< likewise

        Iterator() = default;

        //! Of \a events, which must outlive it, at \a index.
        Iterator(const TraceEvents *events, std::size_t index) : m_events(events), m_index(index) {}

        //! The event.
        TraceEvent operator*() const { return m_events->at(m_index); }

        //! The next.
        Iterator &operator++()
        {
            ++m_index;
            return *this;
        }

        //! The next; returns where it was.
        Iterator operator++(int) { return {m_events, m_index++}; }

        //! Of the same events only.
        friend bool operator==(const Iterator &, const Iterator &) = default;

    private:
        const TraceEvents *m_events = nullptr;
        std::size_t m_index = 0;
    };

    //! \a memoryLimit: beyond so many bytes of lines the file begins. \a latest: so many events are
    //! kept as they are, fewer where they are large.
    explicit TraceEvents(qint64 memoryLimit = SpillBuffer::UsualMemory, std::size_t latest = 4096);
    TraceEvents(TraceEvents &&) noexcept = default;
    TraceEvents &operator=(TraceEvents &&) noexcept = default;

    //! Behind all others.
    void append(TraceEvent event);

    //! How many.
    std::size_t size() const { return m_stored + m_latest.size(); }

    //! size() == 0.
    bool empty() const { return size() == 0; }

    //! \a index must be less than size().
    TraceEvent at(std::size_t index) const;

    //! at() without the fields, and many times as quick where the event is an old one.
    TraceEvent headAt(std::size_t index) const;

    //! at().
    TraceEvent operator[](std::size_t index) const { return at(index); }

    //! There must be one.
    TraceEvent back() const { return at(size() - 1); }

    //! The first event, from \a from on and before \a end, that \a text may stand in, in any case;
    //! \a end: none. Quick, for it looks at bytes, and so it may name one too many, but never
    //! leaves one out.
    std::size_t candidate(const QString &text, std::size_t from, std::size_t end) const;

    //! The first.
    Iterator begin() const { return {this, 0}; }

    //! Behind the last.
    Iterator end() const { return {this, size()}; }

    //! Some lines of the trace's file, from the one of the event \a from on and before that of
    //! \a end, and which event is the next. Without lines: the temporary file is damaged.
    std::pair<QByteArray, std::size_t> lines(std::size_t from, std::size_t end) const;

    //! One JSON object a line, all of them. False if \a device refuses.
    bool save(QIODevice *device) const;

    //! Why no temporary file is written, without a full stop; empty while all is well.
    QString problem() const { return m_lines.problem(); }

private:
    struct Block
    {
        qint64 offset = 0;
        std::size_t index = 0;
    };

    void store(const TraceEvent &event);
    std::size_t blockOf(std::size_t index) const;
    void readBlock(std::size_t number) const;
    QByteArray line(std::size_t index) const;

    std::size_t m_mostLatest;
    std::deque<TraceEvent> m_latest;
    std::deque<qsizetype> m_weights; // of m_latest
    qsizetype m_weight = 0;          // their sum
    SpillBuffer m_lines;
    std::size_t m_stored = 0;    // events in m_lines
    std::vector<Block> m_blocks; // where every so many bytes of lines begin
    // What was read last, each at its index modulo the size: a table asks for every row many times.
    mutable std::vector<std::pair<std::size_t, TraceEvent>> m_read;
    // The block read last, and where its lines begin.
    mutable std::size_t m_cached = std::size_t(-1);
    mutable QByteArray m_cache;
    mutable std::vector<qsizetype> m_cachedLines;
};

} // namespace Retryscope
