// SPDX-License-Identifier: MIT
#include "core/tls/forge.h"

#include "core/base/logging.h"
#include "core/tls/opensslptr_p.h"

#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

#include <openssl/err.h>

#include <algorithm>

namespace Retryscope {

namespace {

// Long enough to outlive the program that made it; its key dies with the process anyway.
constexpr int authorityDays = 365;
// X.520: a common name has at most 64 characters. A longer host name stands in the alternative
// names only, where clients look since RFC 2818.
constexpr qsizetype longestCommonName = 64;

//! Says in the log why libcrypto would not, and empties its error queue, so that nobody else's
//! errors (Qt's TLS shares the queue of this thread) are blamed on this.
void warnAboutLibcrypto(const char *step)
{
    QByteArray reasons;
    while (const unsigned long code = ERR_get_error()) {
        char text[256];
        ERR_error_string_n(code, text, sizeof text);
        reasons += (reasons.isEmpty() ? "" : "; ") + QByteArray(text);
    }
    qCWarning(lcTls, "libcrypto cannot %s: %s", step,
              reasons.isEmpty() ? "no reason given" : reasons.constData());
}

template <typename T>
QByteArray toDer(T *object, int (*encode)(const T *, unsigned char **))
{
    unsigned char *bytes = nullptr;
    const int size = encode(object, &bytes);
    if (size <= 0)
        return {};
    const QByteArray der(reinterpret_cast<const char *>(bytes), size);
    OPENSSL_clear_free(bytes, static_cast<size_t>(size));
    return der;
}

//! A host name as it stands in a certificate: internationalised names in their ASCII form.
QByteArray asciiName(const QString &name)
{
    const bool ascii = std::all_of(name.begin(), name.end(),
                                   [](QChar c) { return c.unicode() > ' ' && c.unicode() < 127; });
    return ascii ? name.toLatin1() : QUrl::toAce(name);
}

QByteArray addressBytes(const QHostAddress &address)
{
    if (address.protocol() == QAbstractSocket::IPv4Protocol) {
        const quint32 number = address.toIPv4Address();
        QByteArray bytes;
        for (const int shift : {24, 16, 8, 0})
            bytes += static_cast<char>((number >> shift) & 0xff);
        return bytes;
    }
    const Q_IPV6ADDR number = address.toIPv6Address();
    return {reinterpret_cast<const char *>(number.c), sizeof number.c};
}

bool setString(ASN1_STRING *string, const QByteArray &bytes)
{
    return string && ASN1_STRING_set(string, bytes.constData(), static_cast<int>(bytes.size()));
}

//! Built from parts and never from OpenSSL's "DNS:a,IP:b" text, because the name may be whatever a
//! client put into its ClientHello.
GeneralNamePtr generalName(const QString &name)
{
    GeneralNamePtr result(GENERAL_NAME_new());
    if (!result)
        return nullptr;
    const QHostAddress address(name);
    const QByteArray bytes = address.isNull() ? asciiName(name) : addressBytes(address);
    if (bytes.isEmpty())
        return nullptr;
    ASN1_STRING *value = address.isNull() ? ASN1_IA5STRING_new() : ASN1_OCTET_STRING_new();
    if (!value)
        return nullptr;
    GENERAL_NAME_set0_value(result.get(), address.isNull() ? GEN_DNS : GEN_IPADD, value);
    return setString(value, bytes) ? std::move(result) : nullptr;
}

bool addAlternativeNames(X509 *certificate, const QStringList &names)
{
    const GeneralNamesPtr list(GENERAL_NAMES_new());
    for (const QString &name : names) {
        GeneralNamePtr entry = generalName(name);
        if (!list || !entry || sk_GENERAL_NAME_push(list.get(), entry.get()) <= 0)
            return false;
        static_cast<void>(entry.release()); // the list owns it now
    }
    return list && X509_add1_ext_i2d(certificate, NID_subject_alt_name, list.get(), 0, 0) == 1;
}

bool addExtension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool setCommonName(X509_NAME *subject, const QByteArray &name)
{
    return X509_NAME_add_entry_by_NID(subject, NID_commonName, MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char *>(name.constData()),
                                      static_cast<int>(name.size()), -1, 0)
           == 1;
}

//! RFC 5280 asks for unique serials; 127 random bits are, and clients that remember certificates by
//! issuer and serial do not mix up those of two starts.
bool setRandomSerial(X509 *certificate)
{
    const BigNumberPtr number(BN_new());
    if (!number || !BN_rand(number.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY))
        return false;
    return BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool setValidity(X509 *certificate, const QDateTime &notBefore, const QDateTime &notAfter)
{
    return notBefore.isValid() && notAfter.isValid()
           && ASN1_TIME_set(X509_getm_notBefore(certificate), notBefore.toSecsSinceEpoch())
           && ASN1_TIME_set(X509_getm_notAfter(certificate), notAfter.toSecsSinceEpoch());
}

//! Everything a certificate has before its extensions. \a subject may be empty.
CertificatePtr blankCertificate(EVP_PKEY *key, const QByteArray &subject,
                                const QDateTime &notBefore, const QDateTime &notAfter)
{
    CertificatePtr certificate(X509_new());
    if (!certificate)
        return nullptr;
    X509 *raw = certificate.get();
    constexpr long version3 = 2; // counted from 0
    const bool done = X509_set_version(raw, version3) && setRandomSerial(raw)
                      && setValidity(raw, notBefore, notAfter) && X509_set_pubkey(raw, key)
                      && (subject.isEmpty() || setCommonName(X509_get_subject_name(raw), subject));
    return done ? std::move(certificate) : nullptr;
}

bool sign(X509 *certificate, X509 *issuer, EVP_PKEY *issuerKey)
{
    return X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1
           && X509_sign(certificate, issuerKey, EVP_sha256()) > 0;
}

CertificatePtr makeAuthority(EVP_PKEY *key)
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    CertificatePtr certificate = blankCertificate(key, "Retryscope authority, made at run time",
                                                  now.addDays(-1), now.addDays(authorityDays));
    X509 *raw = certificate.get();
    const bool done =
        raw && addExtension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        && addExtension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign")
        && addExtension(raw, raw, NID_subject_key_identifier, "hash") && sign(raw, raw, key);
    return done ? std::move(certificate) : nullptr;
}

//! \a issuer null: signed by itself.
CertificatePtr makeLeaf(const CertificateRequest &request, EVP_PKEY *key, X509 *issuer,
                        EVP_PKEY *issuerKey)
{
    QByteArray subject = request.names.isEmpty() ? QByteArray() : asciiName(request.names.first());
    if (subject.size() > longestCommonName)
        subject.clear();
    CertificatePtr certificate =
        blankCertificate(key, subject, request.notBefore, request.notAfter);
    X509 *raw = certificate.get();
    const bool done =
        raw && addExtension(raw, raw, NID_basic_constraints, "critical,CA:FALSE")
        && addExtension(raw, raw, NID_key_usage, "critical,digitalSignature")
        && addExtension(raw, raw, NID_ext_key_usage, "serverAuth")
        && addExtension(raw, raw, NID_subject_key_identifier, "hash")
        && (!issuer || addExtension(raw, issuer, NID_authority_key_identifier, "keyid:always"))
        && addAlternativeNames(raw, request.names)
        && sign(raw, issuer ? issuer : raw, issuer ? issuerKey : key);
    return done ? std::move(certificate) : nullptr;
}

QSslCertificate toQt(X509 *certificate)
{
    return QSslCertificate(toDer(certificate, &i2d_X509), QSsl::Der);
}

QSslKey toQt(EVP_PKEY *key)
{
    const bool isRsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
    return QSslKey(toDer(key, &i2d_PrivateKey), isRsa ? QSsl::Rsa : QSsl::Ec, QSsl::Der);
}

PrivateKeyPtr makeKey()
{
    return PrivateKeyPtr(EVP_EC_gen("P-256"));
}

PrivateKeyPtr makeWeakKey()
{
    constexpr size_t bits = 1024;
    return PrivateKeyPtr(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits));
}

} // namespace

class Forge::Private
{
public:
    PrivateKeyPtr key = makeKey();
    CertificatePtr certificate = key ? makeAuthority(key.get()) : nullptr;
    QSslCertificate authority;
};

Forge::Forge() : d(std::make_unique<Private>())
{
    if (d->certificate)
        d->authority = toQt(d->certificate.get());
    else
        warnAboutLibcrypto("make an authority");
}

Forge::~Forge() = default;

QSslCertificate Forge::authority() const
{
    return d->authority;
}

Credential Forge::issue(const CertificateRequest &request)
{
    if (!d->certificate)
        return {};
    const PrivateKeyPtr key = request.weakKey ? makeWeakKey() : makeKey();
    X509 *issuer = request.selfSigned ? nullptr : d->certificate.get();
    const CertificatePtr leaf = key ? makeLeaf(request, key.get(), issuer, d->key.get()) : nullptr;
    if (!leaf) {
        warnAboutLibcrypto("make a certificate");
        return {};
    }
    return {toQt(key.get()), {toQt(leaf.get())}};
}

} // namespace Retryscope
