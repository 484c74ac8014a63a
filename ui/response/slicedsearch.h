// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <functional>

namespace Retryscope {

//! \brief A search that does not block: slice after slice from the event loop, from a place to the
//! end and then from the beginning.
class SlicedSearch final : public QObject
{
    Q_OBJECT
public:
    //! The first place from \a from on and before \a end; -1: none there.
    using Finder = std::function<qint64(qint64 from, qint64 end)>;

    //! \a slice: so many places are looked at before the event loop has its turn.
    explicit SlicedSearch(qint64 slice, QObject *parent = nullptr);

    //! Ends the search before. The first slice is searched at once.
    void start(qint64 from, qint64 size, Finder finder);
    //! False: there was none under way.
    bool stop();

Q_SIGNALS:
    //! -1: nowhere.
    void finished(qint64 place);

private:
    void goOn();

    Finder m_finder;
    QTimer m_timer;
    qint64 m_slice;
    qint64 m_start = 0;
    qint64 m_at = 0;
    qint64 m_end = 0;
    bool m_isWrapped = false;
};

} // namespace Retryscope
