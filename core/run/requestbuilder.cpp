// SPDX-License-Identifier: MIT
#include "core/run/requestbuilder_p.h"

#include <QtCore/QJsonDocument>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>

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

} // namespace

Result<BuiltRequest> buildRequest(const Scenario &scenario, const QUrl &url, const QByteArray &key,
                                  const QSslCertificate &authority)
{
    const Dialect *dialect = Dialect::find(scenario.dialect);
    BuiltRequest built;
    built.body = scenario.rawBody
                     ? *scenario.rawBody
                     : QJsonDocument(dialect->toJson(scenario.chat)).toJson(QJsonDocument::Compact);
    built.stream = QJsonDocument::fromJson(built.body).object().value("stream"_L1).toBool();

    QNetworkRequest &request = built.request;
    request.setUrl(url);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, scenario.allowHttp2);
    request.setRawHeader("Content-Type", "application/json");
    request.setRawHeader("Accept", built.stream ? "text/event-stream" : "application/json");
    // Set by hand, it keeps Qt from asking for gzip and from unpacking it: Qt reports a cut or
    // damaged gzip body as a success, and the bytes shown here are to be those of the wire.
    request.setRawHeader("Accept-Encoding", "identity");
    for (const HeaderField &header : dialect->authentication(key))
        request.setRawHeader(header.name, header.value);
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
