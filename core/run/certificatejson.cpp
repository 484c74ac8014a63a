// SPDX-License-Identifier: MIT
#include "core/run/certificatejson_p.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonObject>
#include <QtCore/QMetaEnum>
#include <QtNetwork/QSslKey>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! "CN=localhost, O=Example": in the order in which people read it.
QString distinguishedName(const QSslCertificate &certificate, bool ofIssuer)
{
    const auto values = [&](const QByteArray &attribute) {
        return ofIssuer ? certificate.issuerInfo(attribute) : certificate.subjectInfo(attribute);
    };
    QStringList parts;
    for (const char *attribute : {"CN", "O", "OU", "L", "ST", "C"}) {
        const QStringList known = values(attribute);
        for (const QString &value : known)
            parts.append(QLatin1StringView(attribute) + u'=' + value);
    }
    return parts.join(u", "_s);
}

QStringList namesOf(const QSslCertificate &certificate)
{
    QStringList names = certificate.subjectAlternativeNames().values();
    names.removeDuplicates();
    names.sort();
    return names;
}

QString keyWords(const QSslKey &key)
{
    const QString bits = QString::number(key.length()) + u" bit"_s;
    switch (key.algorithm()) {
    case QSsl::Rsa:
        return u"RSA, "_s + bits;
    case QSsl::Ec:
        return u"EC, "_s + bits;
    case QSsl::Dsa:
        return u"DSA, "_s + bits;
    case QSsl::Dh:
        return u"DH, "_s + bits;
    case QSsl::Opaque:
        break;
    }
    // Ed25519, say: Qt knows no more of it.
    return u"of another kind"_s;
}

QString instant(const QDateTime &time)
{
    return time.toUTC().toString(Qt::ISODate);
}

} // namespace

QJsonArray chainToJson(const QList<QSslCertificate> &chain)
{
    QJsonArray json;
    for (const QSslCertificate &certificate : chain) {
        json.append(QJsonObject{
            {u"subject"_s, distinguishedName(certificate, false)},
            {u"issuer"_s, distinguishedName(certificate, true)},
            {u"names"_s, QJsonArray::fromStringList(namesOf(certificate))},
            {u"not_before"_s, instant(certificate.effectiveDate())},
            {u"not_after"_s, instant(certificate.expiryDate())},
            {u"key"_s, keyWords(certificate.publicKey())},
            {u"sha256"_s, QString::fromLatin1(
                              certificate.digest(QCryptographicHash::Sha256).toHex(':').toUpper())},
        });
    }
    return json;
}

QJsonArray sslErrorsToJson(const QList<QSslError> &errors, const QList<QSslCertificate> &chain)
{
    QJsonArray json;
    for (const QSslError &error : errors) {
        QJsonObject entry{
            {u"error"_s, QString::fromLatin1(
                             QMetaEnum::fromType<QSslError::SslError>().valueToKey(error.error()))},
            {u"text"_s, error.errorString()}};
        const qsizetype place = chain.indexOf(error.certificate());
        if (place >= 0)
            entry.insert(u"certificate"_s, place);
        json.append(entry);
    }
    return json;
}

} // namespace Retryscope
