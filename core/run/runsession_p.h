// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/random.h"
#include "core/retry/retryingrequester.h"
#include "core/run/requestbuilder_p.h"
#include "core/run/responsereader_p.h"
#include "core/run/runrecorder_p.h"
#include "core/run/runsummary.h"
#include "core/run/scenario.h"
#include "core/run/variables.h"
#include "core/run/wirewitness_p.h"
#include "core/tap/taptermination.h"

#include <QtCore/QDateTime>
#include <QtCore/QObject>
#include <QtNetwork/QNetworkAccessManager>
#include <QtNetwork/QNetworkProxy>

#include <functional>

namespace Retryscope {

class WireHost;

//! \brief One run: the manager, the requester and the reply, and what their signals mean for trace
//! and summary.
//!
//! A manager of its own for each run: no run inherits another's connections.
class RunSession final : public QObject
{
    Q_OBJECT
public:
    struct Setup
    {
        //! What is carried out.
        Scenario scenario;
        //! What was asked for, and is recorded.
        Scenario asked;
        //! Of the variables that the fields of the one name and the other does not.
        VariableValues values;
        QUrl url;
        bool sandbox = false;
        //! Of the endpoint's URL; the tap goes through it where there is one.
        QNetworkProxy proxy{QNetworkProxy::NoProxy};
        TapTermination termination;
        BuiltRequest built;
        quint64 generation = 0;
        Redactor redactor;
        std::chrono::nanoseconds origin{0};
        //! Whether the trace gets the bytes of the body, too.
        bool keepsBody = false;
        //! For what is dated by the calendar: signatures.
        std::function<QDateTime()> calendar = QDateTime::currentDateTimeUtc;
    };

    RunSession(Setup setup, Clock *clock, WireHost *wire, Trace *trace, QObject *parent);
    ~RunSession() override;

    void start();
    void stop();
    void retryNow();

    const RunSummary &summary() const { return m_summary; }

Q_SIGNALS:
    void finished();

private:
    void connectWire();
    void connectReply();
    void recordStart();
    void beginAttempt(int attempt);
    //! As they are recorded, with the names of variables where their values are sent.
    QString shownUrl() const;
    QByteArray shownHeader(const QByteArray &name) const;
    void signAttempt();
    void advance(int attempt, Milestone milestone, std::chrono::nanoseconds stamp);
    void tellCertificates(int attempt);
    void failAttempt(int attempt, const Failure &failure);
    void endWait();
    void readBody();
    void watchLinger();
    void watchLoss();
    void stepLoss();
    void handleEvent(const StreamEvent &event);
    void handleDelta(const Delta &delta);
    void end();
    void closeAttempt();
    void judge();
    void summarize();

    Setup m_setup;
    Clock *m_clock;
    WireHost *m_wire;
    const Dialect *m_dialect;
    RunRecorder m_recorder;
    WireWitness m_witness;
    ResponseReader m_reader;
    SeededRandom m_random;
    QNetworkAccessManager m_manager;
    RetryingRequester m_requester;
    RetryingReply *m_reply = nullptr;
    RunSummary m_summary;
    int m_attempt = 0;
    std::chrono::nanoseconds m_attemptBegan{0};
    int m_waitAfter = 0;
    bool m_attemptOpen = false;
    bool m_waitCut = false;
    //! Maybe before there is a reply.
    bool m_stopAsked = false;
    bool m_begun = false;
    bool m_ended = false;
    //! Runs from the terminal event to the end of the body.
    std::unique_ptr<ClockTimer> m_linger;
    std::unique_ptr<ClockTimer> m_lossWatch;
    int m_lossStepsLeft = 0;
    //! The run was ended because the body was not.
    //! Of the attempt that is running.
    QList<QSslError> m_sslErrors;
    bool m_lingered = false;
    int m_sandboxRequests = 0;
};

} // namespace Retryscope
