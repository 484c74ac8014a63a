// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/clock.h"
#include "core/retry/resendbudget_p.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <chrono>
#include <map>

QT_BEGIN_NAMESPACE
class QNetworkAccessManager;
class QNetworkProxy;
QT_END_NAMESPACE

namespace Retryscope {

struct RequestSpec;

//! \brief What is known of the connections of one QNetworkAccessManager, from the requests that all
//! its requesters send. Those that others send through it are not seen.
class ConnectionBook final : public QObject
{
    Q_OBJECT
public:
    //! Of connections that Qt takes for the same, see connectionKey().
    struct Entry
    {
        int inFlight = 0;
        //! They have been seen to speak HTTP/2.
        bool isHttp2 = false;
        ResendBudget budget{};
        //! Only without requests in flight.
        std::chrono::nanoseconds idleSince{0};
    };

    //! A child of \a manager, whose only one it should be.
    explicit ConnectionBook(QNetworkAccessManager *manager, const Clock *clock = Clock::system());

    //! The manager's one. All its requesters' clocks may be others', Qt's own is the system's.
    static ConnectionBook *of(QNetworkAccessManager &manager);

    //! Counts one more request in flight. The entry stays where it is until as many have ended.
    Entry &begin(const QString &key);
    void end(Entry &entry);

    qsizetype size() const { return static_cast<qsizetype>(m_entries.size()); }

private:
    void forgetIdle(std::chrono::nanoseconds now);

    const Clock *const m_clock;
    std::map<QString, Entry> m_entries;
    std::chrono::nanoseconds m_lastSweep{0};
};

//! \brief One request in flight, for as long as this object or until end().
class ConnectionUse final
{
public:
    ConnectionUse() = default;

    ~ConnectionUse() { end(); }

    ConnectionUse(const ConnectionUse &) = delete;
    ConnectionUse &operator=(const ConnectionUse &) = delete;

    void begin(ConnectionBook &book, const QString &key);
    void end();

    //! Null before begin(), after end(), and when the manager is gone.
    ConnectionBook::Entry *entry() const { return m_book ? m_entry : nullptr; }

private:
    // Guarded: the manager owns it.
    QPointer<ConnectionBook> m_book;
    ConnectionBook::Entry *m_entry = nullptr;
};

//! Alike for requests that Qt sends over the same connections (makeCacheKey() in
//! qhttpthreaddelegate.cpp): scheme, host, port, the name to verify, and the proxy with its user;
//! no password.
QString connectionKey(const RequestSpec &spec, const QNetworkProxy &proxy);

//! How many HTTP/1.1 connections Qt makes for a request's origin; further requests wait.
int connectionsPerHost(const RequestSpec &spec);

} // namespace Retryscope
