// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/attempt.h"
#include "core/retry/attemptrunner_p.h"
#include "core/retry/bodyreader_p.h"
#include "core/retry/courselistener_p.h"
#include "core/retry/lazytimer_p.h"
#include "core/retry/requestspec_p.h"

#include <QtCore/QList>
#include <QtCore/QObject>

#include <chrono>
#include <memory>
#include <optional>

namespace Retryscope {

//! \brief One request over all its attempts and waits, until it is answered whole or given up.
//!
//! The listener may destroy this object in any call.
class RetryCourse final
    : public QObject
    , private AttemptListener
{
    Q_OBJECT
public:
    //! \a listener must outlive this object or be forgotten with forgetListener().
    RetryCourse(RequestSpec spec, std::shared_ptr<RequesterServices> services,
                CourseListener *listener);
    ~RetryCourse() override;

    //! Tells nobody anything from now on.
    void forgetListener();

    //! Checks the request and reads its body at once; the first attempt starts through the event
    //! loop. \a device: null, or where spec's body is read from. Returns why nothing will be sent,
    //! where that is known already.
    std::optional<Failure> begin(QIODevice *device);
    void abort();
    void retryNow();
    void noteContentEvent();
    void noteConnectionLost();

    const RequestSpec &spec() const { return m_spec; }

    QNetworkAccessManager *manager() const { return m_services->manager; }

    const QList<AttemptRecord> &records() const { return m_records; }

    const std::optional<Failure> &failure() const { return m_failure; }

    bool isCommitted() const { return m_isCommitted; }

    //! The attempt that runs, or the one that was answered; null between attempts.
    AttemptRunner *runner() const { return m_runner.get(); }

    //! Of the attempt that runs, or was the last.
    QSslConfiguration sslConfiguration() const;
    void setReadBufferSize(qint64 size);
    //! For attempts that have not begun.
    void setSslConfiguration(const QSslConfiguration &configuration);
    bool setRequestHeader(const QByteArray &name, const QByteArray &value);

private:
    std::optional<Failure> checkAndReadBody(QIODevice *device);
    std::optional<Failure> takeBody();
    void useBody();
    void scheduleStart();
    void startAttempt();
    void createRunner();
    void onAdvanced(Milestone milestone, std::chrono::nanoseconds stamp) override;
    void onSslErrors(const QList<QSslError> &errors) override;
    void onPreSharedKeyRequired(QSslPreSharedKeyAuthenticator *authenticator) override;
    void onAnswered() override;
    void onReadyRead() override;
    void onDownloadProgress(qint64 received, qint64 total) override;
    void onUploadProgress(qint64 sent, qint64 total) override;
    void onRedirected(const QUrl &url) override;
    void onAttemptEnded() override;
    void tellCommit();
    void closeRecord(const AttemptRunner &runner);
    void failAttempt(const Failure &failure);
    RetryDecision judge(const Failure &failure, int number);
    void waitFor(const RetryDecision &decision, const Failure &failure);
    void onWaited();
    void dropRunner();
    void dropBodyReader();
    void giveUp(ReplyState::EndedBy by);
    void conclude(const std::optional<Failure> &failure);
    Failure failureOutsideAttempt(ReplyState::EndedBy by) const;
    std::optional<std::chrono::nanoseconds> remaining() const;

    RequestSpec m_spec;
    const std::shared_ptr<RequesterServices> m_services;
    CourseListener *m_listener;
    LazyTimer m_waitTimer;
    LazyTimer m_totalTimer;
    std::unique_ptr<BodyReader> m_bodyReader;
    std::unique_ptr<AttemptRunner> m_runner;
    //! Of an attempt that failed.
    std::optional<QSslConfiguration> m_sslConfiguration;
    QList<AttemptRecord> m_records;
    std::optional<Failure> m_failure;
    std::chrono::nanoseconds m_began{0};
    std::chrono::nanoseconds m_waitDue{0};
    std::chrono::nanoseconds m_late{0};
    qint64 m_readBufferSize = 0;
    //! Attempts that do not count for RetryPolicy::maxRetries.
    int m_uncharged = 0;
    bool m_isCommitted = false;
    bool m_isCommitTold = false;
    ReplyState::EndedBy m_givenUpBy = ReplyState::EndedBy::Caller;
    bool m_isGivingUp = false;
    //! conclude() follows through the event loop.
    bool m_isEndPosted = false;
    bool m_isOver = false;
};

} // namespace Retryscope
