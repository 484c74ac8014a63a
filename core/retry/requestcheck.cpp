// SPDX-License-Identifier: MIT
#include "core/retry/requestcheck_p.h"

#include "core/retry/classify.h"
#include "core/retry/retryingaccessmanager.h"

#include <QtCore/QThread>
#include <QtCore/QUrl>
#include <QtNetwork/QNetworkAccessManager>

#include <algorithm>

namespace Retryscope {

namespace {

// RFC 9110, 5.6.2: what a header's name and a method are made of.
bool isToken(const QByteArray &text)
{
    static constexpr QByteArrayView punctuation("!#$%&'*+-.^_`|~");
    return !text.isEmpty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
               || punctuation.contains(c);
    });
}

std::optional<Failure> checkUrl(const QUrl &url)
{
    const QString field = QStringLiteral("Url");
    if (url.isEmpty())
        return configFailure(field, QStringLiteral("The URL is empty or is not a valid one."));
    if (!url.isValid()) {
        // QUrl goes on with "; source was ..." and the whole URL, keys in its query included.
        const QString why = url.errorString().section(QLatin1Char(';'), 0, 0);
        return configFailure(field, QStringLiteral("The URL is not valid: %1.").arg(why));
    }
    const QString scheme = url.scheme();
    if (scheme != QLatin1StringView("http") && scheme != QLatin1StringView("https")) {
        return configFailure(QStringLiteral("Scheme"),
                             scheme.isEmpty()
                                 ? QStringLiteral("The URL must begin with http:// or https://.")
                                 : QStringLiteral("The URL must begin with http:// or https://, "
                                                  "not with %1:.")
                                       .arg(scheme));
    }
    if (url.host().isEmpty())
        return configFailure(QStringLiteral("Host"), QStringLiteral("The URL has no host."));
    if (url.port() == 0) {
        return configFailure(QStringLiteral("Port"),
                             QStringLiteral("Nothing can be sent to port 0."));
    }
    return {};
}

std::optional<Failure> checkHeader(const QByteArray &name, const QByteArray &value)
{
    const QString shown = QString::fromLatin1(name.toPercentEncoding("!#$&'*+^`| "));
    if (!isToken(name)) {
        return configFailure(QStringLiteral("HeaderName"),
                             QStringLiteral("\"%1\" is not a valid header name.").arg(shown));
    }
    // RFC 9110, 5.5. Qt 6.8 takes the same for bad, and never lets such a value into a request.
    const bool isBroken = std::ranges::any_of(
        value, [](char c) { return (c >= '\0' && c < ' ' && c != '\t') || c == '\x7f'; });
    if (isBroken) {
        return configFailure(QStringLiteral("HeaderValue"),
                             QStringLiteral("The value of the header %1 has a line break, a NUL or "
                                            "another control character in it.")
                                 .arg(shown));
    }
    return {};
}

Failure fromInputError(const InputError &error)
{
    return configFailure(error.field, error.field % QStringLiteral(": ") % error.message);
}

} // namespace

std::optional<Failure> checkRequest(const QNetworkRequest &request, const QByteArray &verb)
{
    if (auto failure = checkUrl(request.url()))
        return failure;
    if (!isToken(verb)) {
        return configFailure(QStringLiteral("Verb"),
                             QStringLiteral("The request's method is not a valid one."));
    }
    if (verb == "CONNECT") {
        return configFailure(QStringLiteral("Verb"),
                             QStringLiteral("CONNECT opens a tunnel, which QNetworkAccessManager "
                                            "does only for a proxy."));
    }
    if (isSynchronous(request)) {
        return configFailure(QStringLiteral("Synchronous"),
                             QStringLiteral("A synchronous request cannot be retried."));
    }
    const QList<QByteArray> names = request.rawHeaderList();
    for (const QByteArray &name : names) {
        if (auto failure = checkHeader(name, request.rawHeader(name)))
            return failure;
    }
    // Qt would send it beside a Content-Length, and the body as it is.
    if (request.hasRawHeader("Transfer-Encoding")) {
        return configFailure(QStringLiteral("TransferEncoding"),
                             QStringLiteral("Qt sends a body whole, with its length: a request "
                                            "cannot have a Transfer-Encoding."));
    }
    if (declaredLength(request).value_or(0) < 0) {
        return configFailure(QStringLiteral("ContentLength"),
                             QStringLiteral("The Content-Length header is not a number."));
    }
    return {};
}

bool isSynchronous(const QNetworkRequest &request)
{
    return request.attribute(QNetworkRequest::SynchronousRequestAttribute).toBool();
}

std::optional<Failure> checkManager(const QNetworkAccessManager *manager)
{
    if (!manager) {
        return configFailure(QStringLiteral("Manager"),
                             QStringLiteral("There is no QNetworkAccessManager to send with."));
    }
    if (qobject_cast<const RetryingAccessManager *>(manager)) {
        return configFailure(QStringLiteral("Manager"),
                             QStringLiteral("The QNetworkAccessManager is a RetryingAccessManager, "
                                            "which retries by itself: attempts would be retried "
                                            "twice, and miscounted."));
    }
    if (manager->thread() != QThread::currentThread()) {
        return configFailure(
            QStringLiteral("Thread"),
            QStringLiteral(
                "The QNetworkAccessManager lives in another thread than its requester."));
    }
    return {};
}

std::optional<Failure> checkSettings(const RetryPolicy &policy, const Timeouts &timeouts)
{
    if (const auto error = policy.validate())
        return fromInputError(*error);
    if (const auto error = timeouts.validate())
        return fromInputError(*error);
    return {};
}

std::optional<qint64> declaredLength(const QNetworkRequest &request)
{
    if (!request.hasRawHeader("Content-Length"))
        return {};
    bool ok = false;
    const qint64 length = request.rawHeader("Content-Length").toLongLong(&ok);
    return ok && length >= 0 ? length : -1;
}

} // namespace Retryscope
