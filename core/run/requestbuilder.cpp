// SPDX-License-Identifier: MIT
#include "core/run/requestbuilder_p.h"

#include "core/run/endpoint.h"
#include "core/run/headercheck_p.h"

#include <QtCore/QDateTime>
#include <QtCore/QJsonDocument>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>

#include <algorithm>

namespace Retryscope {

using namespace Qt::StringLiterals;

namespace {

//! QNetworkRequest keeps one value a name: a header given twice is sent as one list, which RFC
//! 9110, 5.3, makes the same.
void addHeader(QNetworkRequest &request, const HeaderField &header, QList<QByteArray> &seen)
{
    const QByteArray name = header.name.toLower();
    if (seen.contains(name))
        request.setRawHeader(header.name, request.rawHeader(header.name) + ", " + header.value);
    else
        request.setRawHeader(header.name, header.value);
    seen.append(name);
}

std::optional<InputError> trust(QSslConfiguration &ssl, const Scenario &scenario,
                                const QSslCertificate &authority)
{
    if (!authority.isNull())
        ssl.setCaCertificates({authority});
    if (scenario.caFile.isEmpty())
        return {};
    const auto extra = QSslCertificate::fromPath(scenario.caFile, QSsl::Pem);
    if (extra.isEmpty())
        return InputError{u"ca_file"_s,
                          u"The file %1 holds no certificate in PEM form."_s.arg(scenario.caFile),
                          {}};
    ssl.addCaCertificates(extra);
    return {};
}

QByteArray bodyOf(const Scenario &scenario, const Dialect &dialect, const QUrl &url)
{
    if (scenario.rawBody || scenario.isRaw())
        return scenario.rawBody.value_or(QByteArray());
    ChatRequest chat = scenario.chat;
    if (const DialectFlavour *const flavour = dialect.flavourAt(url)) {
        for (auto it = flavour->extra.begin(); it != flavour->extra.end(); ++it) {
            if (!chat.extra.contains(it.key()))
                chat.extra.insert(it.key(), it.value());
        }
    }
    return QJsonDocument(dialect.toJson(chat)).toJson(QJsonDocument::Compact);
}

bool asksForStream(const Scenario &scenario, const Dialect &dialect, const QByteArray &body)
{
    if (scenario.isRaw())
        return false;
    if (dialect.facts().modelInPath())
        return scenario.chat.stream;
    const QJsonValue stream = QJsonDocument::fromJson(body).object().value("stream"_L1);
    return stream.toBool(dialect.facts().streamsUnlessTold);
}

QByteArray acceptedType(const Dialect &dialect, bool stream)
{
    if (dialect.facts().isRaw)
        return "*/*";
    return stream ? dialect.facts().contentTypes.value(0, "text/event-stream") : "application/json";
}

//! Where the dialect has it so, there is no key, and the environment has what it takes.
std::optional<InputError> addSigner(BuiltRequest &built, const Scenario &scenario)
{
    const auto credentials = AwsCredentials::fromEnvironment();
    if (!credentials)
        return {};
    const QByteArray region = awsRegion(built.request.url());
    if (region.isEmpty())
        return InputError{
            u"endpoint"_s,
            u"The URL names no region to sign for: set AWS_REGION, or name a key with --key-env."_s,
            {}};
    AttemptSigner signer{.request = {.method = scenario.method,
                                     .url = built.request.url(),
                                     .headers = {{"Content-Type", "application/json"}},
                                     .body = built.body,
                                     .region = region,
                                     .time = {}},
                         .credentials = *credentials,
                         .taken = {}};
    for (const HeaderField &header : scenario.headers)
        signer.taken.append(header.name.toLower());
    const auto fits = [](const HeaderField &header) {
        return isHeaderValue(header.value);
    };
    if (!std::ranges::all_of(signer.sign(QDateTime::currentDateTimeUtc()), fits))
        return InputError{u"key_env"_s,
                          u"One of Amazon's variables in the environment holds a line break or "
                          "another control character, which a header cannot carry."_s,
                          {}};
    built.signer = signer;
    return {};
}

} // namespace

QList<HeaderField> AttemptSigner::sign(const QDateTime &time) const
{
    AwsRequest dated = request;
    dated.time = time;
    QList<HeaderField> headers = signAwsRequest(dated, credentials);
    headers.removeIf(
        [this](const HeaderField &header) { return taken.contains(header.name.toLower()); });
    return headers;
}

Result<BuiltRequest> buildRequest(const Scenario &scenario, const QUrl &url, const QByteArray &key,
                                  const QSslCertificate &authority)
{
    const Dialect *dialect = Dialect::find(scenario.dialect);
    BuiltRequest built;
    built.body = bodyOf(scenario, *dialect, url);
    built.stream = asksForStream(scenario, *dialect, built.body);

    QNetworkRequest &request = built.request;
    request.setUrl(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, scenario.allowHttp2);
    const QByteArray contentType = scenario.contentType(built.body);
    if (!contentType.isEmpty())
        request.setRawHeader("Content-Type", contentType);
    request.setRawHeader("Accept", acceptedType(*dialect, built.stream));
    // Set by hand, it keeps Qt from asking for gzip and from unpacking it: Qt reports a cut or
    // damaged gzip body as a success, and the bytes shown here are to be those of the wire.
    request.setRawHeader("Accept-Encoding", "identity");
    for (const HeaderField &header : dialect->authentication(key, url))
        request.setRawHeader(header.name, header.value);
    // The sandbox takes any call, and nobody needs an account for it.
    const auto endpoint = Endpoint::parse(scenario.endpoint, *dialect);
    const bool isSandbox = endpoint && endpoint->isSandbox;
    if (dialect->facts().awsSigned && key.isEmpty() && !isSandbox) {
        if (const auto error = addSigner(built, scenario))
            return *error;
    }
    QList<QByteArray> seen;
    for (const HeaderField &header : scenario.headers)
        addHeader(request, header, seen);

    QSslConfiguration ssl = QSslConfiguration::defaultConfiguration();
    if (const auto error = trust(ssl, scenario, authority))
        return *error;
    request.setSslConfiguration(ssl);
    return built;
}

} // namespace Retryscope
