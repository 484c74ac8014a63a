// SPDX-License-Identifier: MIT
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QProcess>
#include <QtCore/QRegularExpression>
#include <QtCore/QStandardPaths>
#include <QtNetwork/QTcpServer>
#include <QtTest/QTest>

#include <csignal>

using namespace Qt::StringLiterals;

namespace {

//! A command of the program that runs until it is told to end, and what it prints, line by line.
class Program
{
public:
    explicit Program(const QStringList &arguments)
    {
        m_process.start(QStringLiteral(RETRYSCOPE_CLI), arguments);
    }

    ~Program()
    {
        if (m_process.state() == QProcess::NotRunning)
            return;
        m_process.kill();
        m_process.waitForFinished();
    }

    Q_DISABLE_COPY_MOVE(Program)

    //! The next line as an object; empty after half a minute without one.
    QJsonObject next()
    {
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(120'000))
                return {};
        }
        return QJsonDocument::fromJson(m_process.readLine()).object();
    }

    //! Up to and with the next event of this name.
    QStringList eventsUpTo(const QString &name)
    {
        QStringList names;
        while (!names.contains(name)) {
            last = next();
            if (last.isEmpty())
                return names + QStringList{u"(nothing more)"_s};
            names.append(last.value("event"_L1).toString());
        }
        return names;
    }

    int endBy(int number)
    {
        ::kill(static_cast<pid_t>(m_process.processId()), number);
        return m_process.waitForFinished(120'000) && m_process.exitStatus() == QProcess::NormalExit
                   ? m_process.exitCode()
                   : -1;
    }

    QByteArray remarks() { return m_process.readAllStandardError(); }

    QJsonObject last;

private:
    QProcess m_process;
};

struct Outcome
{
    int code = -1;
    QByteArray out;
    QByteArray err;
};

Outcome runProgram(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(50'000) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

QString curl()
{
    return QStandardPaths::findExecutable(u"curl"_s);
}

//! What curl is told: the proxy, a time limit, a chat call of the sandbox's.
QStringList call(const QString &proxy, const QString &url, const QStringList &more = {})
{
    return QStringList{u"--silent"_s,
                       u"--show-error"_s,
                       u"--max-time"_s,
                       u"40"_s,
                       u"--proxy"_s,
                       proxy,
                       u"--header"_s,
                       u"Content-Type: application/json"_s,
                       u"--data"_s,
                       u"{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"_s}
           + more + QStringList{url + u"/v1/chat/completions"_s};
}

} // namespace

// "retryscope-cli tap" as another program uses it.
class tst_CliTap : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void says();
    void curlThroughTheTap();
    void curlMeetsFaults_data();
    void curlMeetsFaults();
    void everyConnectionIsAnAttempt();
    void curlMeetsFaultsWithinTls();
    void ends_data();
    void ends();
    void mistakes_data();
    void mistakes();
    void portInUse();
};

void tst_CliTap::says()
{
    Program tap({u"tap"_s});
    const QJsonObject where = tap.next();
    QCOMPARE(where.keys(),
             (QStringList{u"host"_s, u"password"_s, u"port"_s, u"socks"_s, u"user"_s}));
    QCOMPARE(where.value("host"_L1).toString(), u"127.0.0.1"_s);
    QVERIFY(where.value("port"_L1).toInt() > 0);
    const QString password = where.value("password"_L1).toString();
    QVERIFY(QRegularExpression(u"^[0-9a-f]{32}$"_s).match(password).hasMatch());
    QCOMPARE(where.value("socks"_L1).toString(),
             u"socks5h://%1:%2@127.0.0.1:%3"_s.arg(where.value("user"_L1).toString(), password)
                 .arg(where.value("port"_L1).toInt()));
    Program another({u"tap"_s});
    QVERIFY(another.next().value("password"_L1).toString() != password);
}

void tst_CliTap::curlThroughTheTap()
{
    if (curl().isEmpty())
        QSKIP("curl is not installed: nothing goes through the tap here.");
    Program sandbox({u"sandbox"_s, u"--tls"_s, u"--tokens-per-second"_s, u"5000"_s});
    const QJsonObject endpoint = sandbox.next();
    Program tap({u"tap"_s});
    const QJsonObject where = tap.next();
    const QString proxy = where.value("socks"_L1).toString();

    Outcome result = runProgram(curl(), call(proxy, endpoint.value("http"_L1).toString()));
    QVERIFY2(result.code == 0, result.err.constData());
    QVERIFY(QJsonDocument::fromJson(result.out).object().contains("choices"_L1));
    QCOMPARE(tap.eventsUpTo(u"connection.closed"_s),
             (QStringList{u"connect.started"_s, u"connect.finished"_s, u"request.sent"_s,
                          u"response.started"_s, u"connection.closed"_s}));
    QVERIFY(tap.last.value("t"_L1).toInteger() > 0);
    QCOMPARE(tap.last.value("connection"_L1).toInt(), 1);
    QVERIFY(tap.last.value("bytes_up"_L1).toInteger() > 100);
    QVERIFY(tap.last.value("bytes_down"_L1).toInteger() > 100);

    result = runProgram(curl(), call(proxy, endpoint.value("https"_L1).toString(),
                                     {u"--cacert"_s, endpoint.value("ca_file"_L1).toString()}));
    QVERIFY2(result.code == 0, result.err.constData());
    const QStringList events = tap.eventsUpTo(u"connection.closed"_s);
    for (const QString &name : {u"tls.started"_s, u"tls.answered"_s, u"tls.data"_s})
        QVERIFY2(events.contains(name), qPrintable(events.join(u' ')));

    // Without the password: nothing, and nothing is told.
    const QString guess = QString(proxy).replace(where.value("password"_L1).toString(),
                                                 u"0123456789abcdef0123456789abcdef"_s);
    result = runProgram(curl(), call(guess, endpoint.value("http"_L1).toString()));
    QVERIFY(result.code != 0);
    QCOMPARE(result.out, QByteArray());
    result = runProgram(curl(), call(proxy, endpoint.value("http"_L1).toString()));
    QCOMPARE(result.code, 0);
    QCOMPARE(tap.eventsUpTo(u"connection.closed"_s).first(), u"connect.started"_s);
    QCOMPARE(tap.last.value("attempt"_L1).toInt(), 3);
}

void tst_CliTap::curlMeetsFaults_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<int>("code");
    // curl's own words for it (EXIT CODES in its manual).
    QTest::newRow("a name that is not found") << u"dns"_s << u"http"_s << 97;
    QTest::newRow("a refused connection") << u"refused"_s << u"http"_s << 97;
    QTest::newRow("no answer: closed") << u"eof"_s << u"http"_s << 52;
    QTest::newRow("no answer: reset") << u"rst"_s << u"http"_s << 56;
    QTest::newRow("an expired certificate") << u"tls-expired"_s << u"https"_s << 60;
    QTest::newRow("an alert") << u"tls-alert"_s << u"https"_s << 35;
    QTest::newRow("plain HTTP where TLS was expected") << u"tls-plain"_s << u"https"_s << 35;
}

void tst_CliTap::curlMeetsFaults()
{
    if (curl().isEmpty())
        QSKIP("curl is not installed: nothing goes through the tap here.");
    QFETCH(QString, fault);
    QFETCH(QString, scheme);
    Program sandbox({u"sandbox"_s, u"--tls"_s});
    const QJsonObject endpoint = sandbox.next();
    Program tap({u"tap"_s, u"--fault"_s, fault});
    const QString proxy = tap.next().value("socks"_L1).toString();
    const Outcome result =
        runProgram(curl(), call(proxy, endpoint.value(scheme).toString(),
                                {u"--cacert"_s, endpoint.value("ca_file"_L1).toString()}));
    QTEST(result.code, "code");
    QVERIFY(tap.eventsUpTo(u"fault.injected"_s).contains(u"fault.injected"_s));
    QCOMPARE(tap.last.value("fault"_L1).toString(), fault);
    QVERIFY(tap.last.value("simulated"_L1).toBool());
}

void tst_CliTap::everyConnectionIsAnAttempt()
{
    if (curl().isEmpty())
        QSKIP("curl is not installed: nothing goes through the tap here.");
    Program sandbox({u"sandbox"_s, u"--tokens-per-second"_s, u"5000"_s});
    const QString url = sandbox.next().value("http"_L1).toString();
    Program tap({u"tap"_s, u"--fault"_s, u"refused,eof,ok"_s});
    const QString proxy = tap.next().value("socks"_L1).toString();
    for (const int code : {97, 52, 0, 0})
        QCOMPARE(runProgram(curl(), call(proxy, url)).code, code);
}

//! A fault within TLS: only where it was asked for, and only for who trusts the tap.
void tst_CliTap::curlMeetsFaultsWithinTls()
{
    if (curl().isEmpty())
        QSKIP("curl is not installed: nothing goes through the tap here.");
    Program sandbox({u"sandbox"_s, u"--tls"_s, u"--tokens-per-second"_s, u"5000"_s});
    const QJsonObject endpoint = sandbox.next();
    const QString url = endpoint.value("https"_L1).toString();
    const QString authority = endpoint.value("ca_file"_L1).toString();
    const auto meet = [&](const QJsonObject &tap, const QString &trusted) {
        return runProgram(curl(), call(tap.value("socks"_L1).toString(), url,
                                       {u"--cacert"_s, trusted, u"--include"_s}));
    };
    const QStringList plan{u"tap"_s, u"--fault"_s, u"http-503,head-malformed,http-503,http-503"_s};
    Program tap(plan + QStringList{u"--terminate-tls"_s, u"--cacert"_s, authority});
    const QJsonObject where = tap.next();
    const QString own = where.value("ca_file"_L1).toString();
    Outcome result = meet(where, own);
    QVERIFY2(result.code == 0 && result.out.contains(" 503 "), result.err.constData());
    QVERIFY(tap.eventsUpTo(u"fault.injected"_s).contains(u"tls.terminated"_s));
    result = meet(where, own);
    QVERIFY2(result.code == 8 && result.err.contains("Header without colon"),
             result.err.constData());
    QVERIFY(result.out.contains(" 200 "));
    result = meet(where, authority);
    QCOMPARE(result.code, 60); // the tap's certificate is not accepted

    // The tap itself does not accept the endpoint's, and so does curl, which sees it.
    Program distrusting(plan + QStringList{u"--terminate-tls"_s});
    const QJsonObject stranger = distrusting.next();
    result = meet(stranger, stranger.value("ca_file"_L1).toString());
    QCOMPARE(result.code, 60);

    Program plain(plan);
    result = meet(plain.next(), authority);
    QCOMPARE(result.code, 35);
    const QStringList events = plain.eventsUpTo(u"fault.refused"_s);
    QVERIFY(!events.contains(u"request.sent"_s));
    QVERIFY2(plain.last.value("detail"_L1).toString().contains(u"--terminate-tls"_s),
             qPrintable(plain.last.value("detail"_L1).toString()));
}

void tst_CliTap::ends_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("by the keyboard") << SIGINT;
    QTest::newRow("by another program") << SIGTERM;
}

void tst_CliTap::ends()
{
    QFETCH(int, number);
    Program tap({u"tap"_s, u"--fault"_s, u"dns"_s});
    QVERIFY(!tap.next().isEmpty());
    QCOMPARE(tap.endBy(number), 0);
    QCOMPARE(tap.remarks(), QByteArray());
}

void tst_CliTap::mistakes_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("an unknown fault")
        << QStringList{u"--fault"_s, u"refsed"_s} << QByteArray("refused");
    QTest::newRow("a fault of the sandbox's")
        << QStringList{u"--fault"_s, u"no-terminal"_s} << QByteArray("made by the sandbox");
    QTest::newRow("a file without authorities")
        << QStringList{u"--terminate-tls"_s, u"--cacert"_s, u"/dev/null"_s}
        << QByteArray("--cacert: ");
    QTest::newRow("a port that is none")
        << QStringList{u"--port"_s, u"70000"_s} << QByteArray("--port: ");
    QTest::newRow("an unknown option") << QStringList{u"--falut"_s} << QByteArray("falut");
    QTest::newRow("a stray word") << QStringList{u"there"_s} << QByteArray("\"there\"");
}

void tst_CliTap::mistakes()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Outcome result =
        runProgram(QStringLiteral(RETRYSCOPE_CLI), QStringList{u"tap"_s} + arguments);
    QCOMPARE(result.code, 2);
    QCOMPARE(result.out, QByteArray());
    QVERIFY2(result.err.contains(says), result.err.constData());
}

void tst_CliTap::portInUse()
{
    QTcpServer taken;
    QVERIFY(taken.listen(QHostAddress::LocalHost));
    const Outcome result = runProgram(QStringLiteral(RETRYSCOPE_CLI),
                                      {u"tap"_s, u"--port"_s, QString::number(taken.serverPort())});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains(QByteArray::number(taken.serverPort())), result.err.constData());
}

QTEST_GUILESS_MAIN(tst_CliTap)
#include "tst_clitap.moc"
