// SPDX-License-Identifier: MIT
#include "app/cli/exitcode.h"

#include "core/run/runsummary.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;

class tst_ExitCode : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void verdicts_data();
    void verdicts();
};

void tst_ExitCode::verdicts_data()
{
    QTest::addColumn<RunSummary>("summary");
    QTest::addColumn<int>("code");

    const auto row = [](const char *name, RunVerdict verdict, int code) {
        RunSummary summary;
        summary.verdict = verdict;
        QTest::newRow(name) << summary << code;
    };
    row("complete", RunVerdict::Complete, 0);
    row("nothing sent", RunVerdict::ConfigError, 2);
    row("truncated", RunVerdict::Truncated, 30);
    row("error in the stream", RunVerdict::Failed, 31);
    row("damaged", RunVerdict::Damaged, 32);
    row("unknown", RunVerdict::Unknown, 33);
    row("timeout", RunVerdict::Timeout, 40);
    row("cancelled", RunVerdict::Cancelled, 50);

    const auto transport = [](const char *name, FailureKind kind, int code) {
        RunSummary summary;
        summary.verdict = RunVerdict::TransportError;
        summary.failure = Failure{};
        summary.failure->kind = kind;
        QTest::newRow(name) << summary << code;
    };
    transport("dns", FailureKind::Dns, 10);
    transport("connect", FailureKind::Connect, 11);
    transport("tls", FailureKind::Tls, 12);
    transport("certificate", FailureKind::Certificate, 13);
    transport("connection lost", FailureKind::Io, 14);
    transport("proxy", FailureKind::Proxy, 15);
    transport("http/2", FailureKind::Http2, 16);

    const auto status = [](const char *name, int httpStatus, int code) {
        RunSummary summary;
        summary.verdict = RunVerdict::HttpError;
        summary.status = httpStatus;
        QTest::newRow(name) << summary << code;
    };
    status("a redirect", 302, 20);
    status("a client error", 404, 20);
    status("too many requests", 429, 21);
    status("a server error", 500, 22);
    status("overloaded", 529, 22);
}

void tst_ExitCode::verdicts()
{
    QFETCH(RunSummary, summary);
    QTEST(exitCode(summary), "code");
}

QTEST_GUILESS_MAIN(tst_ExitCode)
#include "tst_exitcode.moc"
