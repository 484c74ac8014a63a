// SPDX-License-Identifier: MIT
#include "core/llm/awssigner.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QMessageAuthenticationCode>
#include <QtCore/QUrlQuery>

#include <algorithm>
#include <utility>

namespace Retryscope {

namespace {

constexpr char Algorithm[] = "AWS4-HMAC-SHA256";

QByteArray sha256(const QByteArray &bytes)
{
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}

QByteArray keyed(const QByteArray &key, const QByteArray &bytes)
{
    return QMessageAuthenticationCode::hash(bytes, key, QCryptographicHash::Sha256);
}

//! The path as it is sent, each segment encoded once more (S3 alone does not want that).
QByteArray canonicalPath(const QUrl &url)
{
    const QByteArray path = url.path(QUrl::FullyEncoded).toLatin1();
    return path.isEmpty() ? QByteArray("/") : path.toPercentEncoding("/");
}

QByteArray canonicalQuery(const QUrl &url)
{
    // Sorted as pairs: joined, "a1=" would stand before "a=".
    QList<std::pair<QByteArray, QByteArray>> pairs;
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto &item : items)
        pairs.append(
            {item.first.toUtf8().toPercentEncoding(), item.second.toUtf8().toPercentEncoding()});
    std::sort(pairs.begin(), pairs.end());
    QByteArray query;
    for (const auto &[name, value] : std::as_const(pairs))
        query += (query.isEmpty() ? "" : "&") + name + '=' + value;
    return query;
}

QByteArray hostOf(const QUrl &url)
{
    const QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    const int standard = url.scheme() == QLatin1StringView("http") ? 80 : 443;
    const int port = url.port(standard);
    return port == standard ? host : QByteArray(host + ':' + QByteArray::number(port));
}

struct CanonicalHeaders
{
    QByteArray lines;
    QByteArray names;
};

CanonicalHeaders canonicalHeaders(QList<HeaderField> headers)
{
    for (HeaderField &header : headers) {
        header.name = header.name.toLower();
        header.value = header.value.simplified();
    }
    std::sort(headers.begin(), headers.end(),
              [](const HeaderField &a, const HeaderField &b) { return a.name < b.name; });
    CanonicalHeaders canonical;
    for (const HeaderField &header : std::as_const(headers)) {
        canonical.lines += header.name + ':' + header.value + '\n';
        canonical.names += (canonical.names.isEmpty() ? "" : ";") + header.name;
    }
    return canonical;
}

} // namespace

std::optional<AwsCredentials> AwsCredentials::fromEnvironment()
{
    const AwsCredentials credentials{qgetenv("AWS_ACCESS_KEY_ID"), qgetenv("AWS_SECRET_ACCESS_KEY"),
                                     qgetenv("AWS_SESSION_TOKEN")};
    const bool known = !credentials.accessKeyId.isEmpty() && !credentials.secretAccessKey.isEmpty();
    return known ? std::optional(credentials) : std::nullopt;
}

QList<HeaderField> signAwsRequest(const AwsRequest &request, const AwsCredentials &credentials)
{
    const QDateTime utc = request.time.toUTC();
    const QByteArray date = utc.toString(QStringLiteral("yyyyMMdd")).toLatin1();
    const QByteArray stamp = date + utc.toString(QStringLiteral("'T'HHmmss'Z'")).toLatin1();
    QList<HeaderField> added{{"X-Amz-Date", stamp}};
    if (!credentials.sessionToken.isEmpty())
        added.append({"X-Amz-Security-Token", credentials.sessionToken});

    QList<HeaderField> all = request.headers + added;
    all.append({"host", hostOf(request.url)});
    const CanonicalHeaders headers = canonicalHeaders(all);
    const QByteArray canonical = request.method + '\n' + canonicalPath(request.url) + '\n'
                                 + canonicalQuery(request.url) + '\n' + headers.lines + '\n'
                                 + headers.names + '\n' + sha256(request.body);

    const QByteArray scope = date + '/' + request.region + '/' + request.service + "/aws4_request";
    const QByteArray toSign =
        QByteArray(Algorithm) + '\n' + stamp + '\n' + scope + '\n' + sha256(canonical);
    QByteArray key = keyed("AWS4" + credentials.secretAccessKey, date);
    for (const QByteArray &part : {request.region, request.service, QByteArray("aws4_request")})
        key = keyed(key, part);

    added.append({"Authorization", QByteArray(Algorithm) + " Credential=" + credentials.accessKeyId
                                       + '/' + scope + ", SignedHeaders=" + headers.names
                                       + ", Signature=" + keyed(key, toSign).toHex()});
    return added;
}

QByteArray awsRegion(const QUrl &url)
{
    const QList<QByteArray> labels = url.host().toLatin1().split('.');
    if (labels.size() >= 4 && labels.at(2) == "amazonaws")
        return labels.at(1);
    const QByteArray region = qgetenv("AWS_REGION");
    return region.isEmpty() ? qgetenv("AWS_DEFAULT_REGION") : region;
}

} // namespace Retryscope
