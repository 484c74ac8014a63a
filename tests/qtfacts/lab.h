// SPDX-License-Identifier: MIT
#pragma once

#include "tests/qtfacts/fact.h"
#include "tests/support/printers.h"
#include "tests/support/rawpeer.h"

#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>
#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QNetworkRequest>

#include <functional>
#include <memory>

namespace Retryscope::Test {

//! What is sent.
enum class Upload {
    Bytes,   //!< post(request, QByteArray)
    OneShot, //!< post(request, QIODevice *) with a device that cannot be rewound
    None,    //!< get(request)
};

//! What Observation::copies counts.
enum class Counted { Requests, Connections };

//! \brief What is done to a bare QNetworkAccessManager.
struct Stimulus
{
    //! Of the server, or of the proxy where there is one; see RawPeer.
    QList<PeerScript> scripts;
    bool isTls = false;
    //! Null with isTls: a sound one, that the request trusts.
    Credential credential = {};
    Upload upload = Upload::Bytes;
    QByteArray body = QByteArray(1'000, 'b');
    //! What the body of the answer is where it is whole.
    QByteArray answer = {};
    Counted counted = Counted::Requests;
    //! Requests on the same manager that are answered before the one that is observed.
    int earlier = 0;
    //! Between those and that the peer does all it will do, and the manager has the time to see it.
    bool rests = false;
    //! The scripted peer is a proxy of this kind.
    QNetworkProxy::ProxyType proxy = QNetworkProxy::NoProxy;
    //! Another one than the peer, where it is not 0.
    quint16 proxyPort = 0;
    //! Empty: the peer's own.
    QUrl url = {};
    //! It may never end. That is asked only when nothing can happen any more; see Lab::settle().
    bool mayHang = false;
    //! Not 0: limits the reply's read buffer, and reads whatever comes at once.
    qint64 readBufferSize = 0;
    //! The end is told with QNetworkReply::errorString().
    bool showsText = false;
    //! More about the request; or nothing.
    std::function<void(QNetworkRequest &)> prepare = {};
};

//! \brief A fact and how to see it.
struct Row
{
    Fact fact;
    Stimulus stimulus;
    //! More than one for races.
    int runs = 1;
    //! Where it is not empty: one of the ends, the one that matters. The runs stop as soon as it
    //! was seen; where it never was, the row is skipped with a word about it, because that proves
    //! nothing.
    QString sought = {};
    //! A warning that Qt itself writes because of this very fault, in some runs; a pattern.
    QString warning = {};
};

//! \brief A bare QNetworkAccessManager and its scripted peer, for one stimulus.
class Lab final
{
public:
    explicit Lab(const Stimulus &stimulus);
    ~Lab();
    Lab(const Lab &) = delete;
    Lab &operator=(const Lab &) = delete;

    //! Sends, waits for the end, and tells.
    Observation observe();

    //! The reply is the lab's.
    QNetworkReply *send();
    //! False after half a minute.
    static bool finish(QNetworkReply *reply);
    //! Until \a reply has ended, or until nothing that could end it is left: every connection that
    //! was begun was served to the end of its script, and the manager's own thread has answered
    //! three other requests since the last thing that happened.
    void settle(const QNetworkReply *reply);
    //! A request that is answered, by another server: the manager's own thread has then seen what
    //! was there before.
    void sendMarker();
    QString endOf(QNetworkReply *reply) const;
    QNetworkRequest request() const;

    //! What was read so far; only with Stimulus::readBufferSize.
    qsizetype received() const { return m_received.size(); }

    RawPeer peer;
    QNetworkAccessManager manager;
    //! Of the last reply.
    int sends = 0;
    int connects = 0;

    //! Signs for every lab with TLS.
    static const QSslCertificate &authority();
    static const Credential &credential();
    //! Of the same authority.
    static Credential issue(const CertificateRequest &request);

private:
    class Factory;

    QString sendEarlier();
    int copies() const;

    const Stimulus m_stimulus;
    QByteArray m_received;
    RawPeer m_marker;
};

//! Runs a row of the table; fails the test where this Qt does something else.
void checkRow(const Row &row);

//! The same for what a test has seen by itself.
void checkFact(const Fact &fact, const Observation &observation);

} // namespace Retryscope::Test
