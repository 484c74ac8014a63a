// SPDX-License-Identifier: MIT
#include "core/tls/tlssession.h"

#include "core/tls/opensslptr_p.h"

#include <QtNetwork/QHostAddress>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <utility>

namespace Retryscope {

namespace {

using ContextPtr = OpenSslPtr<SSL_CTX, SSL_CTX_free>;
using SessionPtr = OpenSslPtr<SSL, SSL_free>;

//! The list of ALPN as it stands on the wire: each name behind its length.
QByteArray wireProtocols(const QList<QByteArray> &protocols)
{
    QByteArray wire;
    for (const QByteArray &name : protocols)
        wire += static_cast<char>(name.size()) + name;
    return wire;
}

const unsigned char *bytesOf(const QByteArray &bytes)
{
    return reinterpret_cast<const unsigned char *>(bytes.constData());
}

CertificatePtr toOpenSsl(const QSslCertificate &certificate)
{
    const QByteArray der = certificate.toDer();
    const unsigned char *data = bytesOf(der);
    return CertificatePtr(d2i_X509(nullptr, &data, der.size()));
}

PrivateKeyPtr toOpenSsl(const QSslKey &key)
{
    const QByteArray der = key.toDer();
    const unsigned char *data = bytesOf(der);
    return PrivateKeyPtr(d2i_AutoPrivateKey(nullptr, &data, der.size()));
}

bool useCredential(SSL_CTX *context, const Credential &credential)
{
    const PrivateKeyPtr key = toOpenSsl(credential.key);
    if (!key || credential.chain.isEmpty())
        return false;
    // The bad certificates are for the client to judge, not for us.
    SSL_CTX_set_security_level(context, 0);
    const CertificatePtr leaf = toOpenSsl(credential.chain.first());
    bool done = leaf && SSL_CTX_use_certificate(context, leaf.get()) == 1
                && SSL_CTX_use_PrivateKey(context, key.get()) == 1;
    for (qsizetype i = 1; done && i < credential.chain.size(); ++i) {
        const CertificatePtr link = toOpenSsl(credential.chain.at(i));
        done = link && SSL_CTX_add1_chain_cert(context, link.get()) == 1;
    }
    return done;
}

void trust(SSL_CTX *context, const QList<QSslCertificate> &authorities)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    for (const QSslCertificate &authority : authorities) {
        if (const CertificatePtr certificate = toOpenSsl(authority))
            X509_STORE_add_cert(store, certificate.get());
    }
}

//! RFC 6066: the name in SNI is no address and has no dot at its end. False where OpenSSL could not
//! be told whom to expect, for then it would accept anybody.
bool expectHost(SSL *session, QString host)
{
    if (host.endsWith(u'.'))
        host.chop(1);
    const QByteArray name = host.toLatin1();
    if (name.isEmpty() || name.contains('\0'))
        return false;
    if (!QHostAddress(host).isNull())
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.constData()) == 1;
    SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set_tlsext_host_name(session, name.constData()) == 1
           && SSL_set1_host(session, name.constData()) == 1;
}

QString firstOpenSslError()
{
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char *reason = code != 0 ? ERR_reason_error_string(code) : nullptr;
    return reason ? QString::fromLatin1(reason) : QStringLiteral("the connection is no TLS");
}

} // namespace

class TlsSession::Private
{
public:
    bool make(SSL_CTX *made);
    void shakeHands();
    QByteArray read();
    void judge(int result);
    void fail(const QString &text);

    static int chooseProtocol(SSL *, const unsigned char **chosen, unsigned char *chosenSize,
                              const unsigned char *offered, unsigned int offeredSize, void *self);
    static void noteState(const SSL *session, int where, int value);

    // The names of the server's ALPN, read in the handshake.
    QByteArray protocols;
    ContextPtr context;
    SessionPtr session;
    BIO *input = nullptr;  // belongs to the session
    BIO *output = nullptr; // likewise
    State state = State::Handshaking;
    QString errorText;
    QString certificateError;
    std::optional<int> alert;
};

bool TlsSession::Private::make(SSL_CTX *made)
{
    session.reset(made ? SSL_new(made) : nullptr);
    input = BIO_new(BIO_s_mem());
    output = BIO_new(BIO_s_mem());
    if (!session || !input || !output) {
        BIO_free(input);
        BIO_free(output);
        session.reset();
        fail(firstOpenSslError());
        return false;
    }
    // Nothing more to read means "later" here, not the end.
    BIO_set_mem_eof_return(input, -1);
    SSL_set_bio(session.get(), input, output);
    SSL_set_app_data(session.get(), this);
    SSL_set_info_callback(session.get(), &Private::noteState);
    return true;
}

void TlsSession::Private::shakeHands()
{
    if (state != State::Handshaking || !session)
        return;
    ERR_clear_error();
    const int result = SSL_do_handshake(session.get());
    if (result == 1)
        state = State::Open;
    else
        judge(result);
}

QByteArray TlsSession::Private::read()
{
    QByteArray plain;
    char piece[16 * 1024];
    while (state == State::Open) {
        ERR_clear_error();
        const int size = SSL_read(session.get(), piece, sizeof piece);
        if (size <= 0) {
            judge(size);
            break;
        }
        plain.append(piece, size);
    }
    return plain;
}

void TlsSession::Private::judge(int result)
{
    switch (SSL_get_error(session.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        break;
    case SSL_ERROR_ZERO_RETURN:
        state = State::Ended;
        break;
    default:
        if (const long verdict = SSL_get_verify_result(session.get()); verdict != X509_V_OK)
            certificateError = QString::fromLatin1(X509_verify_cert_error_string(verdict));
        fail(firstOpenSslError());
        break;
    }
}

void TlsSession::Private::fail(const QString &text)
{
    state = State::Failed;
    errorText = text;
}

int TlsSession::Private::chooseProtocol(SSL *, const unsigned char **chosen,
                                        unsigned char *chosenSize, const unsigned char *offered,
                                        unsigned int offeredSize, void *self)
{
    const QByteArray &ours = static_cast<Private *>(self)->protocols;
    unsigned char *match = nullptr;
    const int result =
        SSL_select_next_proto(&match, chosenSize, bytesOf(ours),
                              static_cast<unsigned int>(ours.size()), offered, offeredSize);
    *chosen = match;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void TlsSession::Private::noteState(const SSL *session, int where, int value)
{
    constexpr int fatal = SSL3_AL_FATAL;
    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT && (value >> 8) == fatal)
        static_cast<Private *>(SSL_get_app_data(session))->alert = value & 0xff;
}

TlsSession::TlsSession(const Server &server) : d(std::make_unique<Private>())
{
    d->context.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX *context = d->context.get();
    if (!context || !useCredential(context, server.credential)) {
        d->fail(firstOpenSslError());
        return;
    }
    // A ticket would look like an answer on the wire, and nobody resumes: a session lives for one
    // connection.
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    if (server.demandsCertificate)
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    d->protocols = wireProtocols(server.protocols);
    SSL_CTX_set_alpn_select_cb(context, &Private::chooseProtocol, d.get());
    if (d->make(context))
        SSL_set_accept_state(d->session.get());
}

TlsSession::TlsSession(const Client &client) : d(std::make_unique<Private>())
{
    d->context.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX *context = d->context.get();
    if (!context) {
        d->fail(firstOpenSslError());
        return;
    }
    // As QSslSocket's SecureProtocols.
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    trust(context, client.authorities);
    SSL_CTX_set_verify(context, client.verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (!d->make(context))
        return;
    if (!expectHost(d->session.get(), client.host) && client.verifies) {
        d->fail(QStringLiteral("\"%1\" is no name that a certificate can be for").arg(client.host));
        return;
    }
    const QByteArray wire = wireProtocols(client.protocols);
    if (!wire.isEmpty())
        SSL_set_alpn_protos(d->session.get(), bytesOf(wire),
                            static_cast<unsigned int>(wire.size()));
    SSL_set_connect_state(d->session.get());
    d->shakeHands();
}

TlsSession::~TlsSession() = default;

QByteArray TlsSession::feed(const QByteArray &bytes)
{
    if (!d->session || d->state == State::Failed || bytes.isEmpty())
        return {};
    BIO_write(d->input, bytes.constData(), static_cast<int>(bytes.size()));
    d->shakeHands();
    return d->read();
}

void TlsSession::write(const QByteArray &bytes)
{
    if (d->state != State::Open && d->state != State::Ended)
        return;
    ERR_clear_error();
    // A memory BIO takes everything.
    if (!bytes.isEmpty())
        SSL_write(d->session.get(), bytes.constData(), static_cast<int>(bytes.size()));
}

void TlsSession::finish()
{
    if (d->state != State::Open && d->state != State::Ended)
        return;
    ERR_clear_error();
    SSL_shutdown(d->session.get());
}

QByteArray TlsSession::takeOutput()
{
    if (!d->session)
        return {};
    QByteArray bytes(static_cast<qsizetype>(BIO_ctrl_pending(d->output)), Qt::Uninitialized);
    if (!bytes.isEmpty())
        BIO_read(d->output, bytes.data(), static_cast<int>(bytes.size()));
    return bytes;
}

TlsSession::State TlsSession::state() const
{
    return d->state;
}

QString TlsSession::errorText() const
{
    return d->errorText;
}

QString TlsSession::certificateError() const
{
    return d->certificateError;
}

std::optional<int> TlsSession::receivedAlert() const
{
    return d->alert;
}

QByteArray TlsSession::protocol() const
{
    const unsigned char *name = nullptr;
    unsigned int size = 0;
    if (d->session)
        SSL_get0_alpn_selected(d->session.get(), &name, &size);
    return name ? QByteArray(reinterpret_cast<const char *>(name), static_cast<qsizetype>(size))
                : QByteArray();
}

QString TlsSession::version() const
{
    const int version = d->session ? SSL_version(d->session.get()) : 0;
    if (version == TLS1_3_VERSION)
        return QStringLiteral("TLS 1.3");
    return version == TLS1_2_VERSION ? QStringLiteral("TLS 1.2") : QString();
}

} // namespace Retryscope

#include "moc_tlssession.cpp"
