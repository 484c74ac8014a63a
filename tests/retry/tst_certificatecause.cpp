// SPDX-License-Identifier: MIT
#include "core/retry/certificatecause.h"
#include "core/tls/forge.h"

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

using namespace Retryscope;

class tst_CertificateCause : public QObject
{
    Q_OBJECT
private Q_SLOTS:

    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void causes_data();
    void causes();
    void weakKey();
};

void tst_CertificateCause::causes_data()
{
    using Errors = QList<QSslError::SslError>;
    QTest::addColumn<Errors>("errors");
    QTest::addColumn<QString>("cause");

    QTest::newRow("nothing wrong") << Errors{} << QString();
    QTest::newRow("an unknown issuer alone") << Errors{QSslError::UnableToGetLocalIssuerCertificate,
                                                       QSslError::UnableToVerifyFirstCertificate}
                                             << QStringLiteral("UnableToGetLocalIssuerCertificate");
    QTest::newRow("expired goes before the unknown issuer, as Qt lists a forged chain")
        << Errors{QSslError::UnableToGetLocalIssuerCertificate,
                  QSslError::UnableToVerifyFirstCertificate, QSslError::CertificateExpired}
        << QStringLiteral("CertificateExpired");
    QTest::newRow("another host goes before the unknown issuer")
        << Errors{QSslError::UnableToGetLocalIssuerCertificate, QSslError::HostNameMismatch}
        << QStringLiteral("HostNameMismatch");
    QTest::newRow("expired goes before another host")
        << Errors{QSslError::HostNameMismatch, QSslError::CertificateExpired}
        << QStringLiteral("CertificateExpired");
    QTest::newRow("self-signed") << Errors{QSslError::SelfSignedCertificate}
                                 << QStringLiteral("SelfSignedCertificate");
}

void tst_CertificateCause::causes()
{
    QFETCH(QList<QSslError::SslError>, errors);
    QList<QSslError> list;
    for (const QSslError::SslError error : errors)
        list.append(QSslError(error));
    QTEST(certificateCause(list), "cause");
}

// Qt calls it an unspecified error.
void tst_CertificateCause::weakKey()
{
    Forge forge;
    const QString unnamed = QStringLiteral("UnspecifiedError");
    for (const bool isWeak : {true, false}) {
        const CertificateRequest request{.names = {QStringLiteral("a.test")}, .weakKey = isWeak};
        const QSslCertificate certificate = forge.issue(request).chain.first();
        const QList<QSslError> errors{QSslError(QSslError::UnspecifiedError, certificate)};
        QCOMPARE(certificateCause(errors), isWeak ? QStringLiteral("WeakKey") : unnamed);
    }
}

QTEST_GUILESS_MAIN(tst_CertificateCause)
#include "tst_certificatecause.moc"
