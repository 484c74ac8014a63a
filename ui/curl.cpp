// SPDX-License-Identifier: MIT
#include "ui/curl.h"

#include "core/trace/redactor.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonDocument>
#include <QtCore/QStringList>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

QString quoted(QString text)
{
    text.replace(u"'"_s, u"'\\''"_s);
    return QString(u"'"_s + text + u"'"_s);
}

QByteArray bodyOf(const Scenario &scenario, const Dialect &dialect)
{
    if (scenario.rawBody)
        return *scenario.rawBody;
    return QJsonDocument(dialect.toJson(scenario.chat)).toJson(QJsonDocument::Compact);
}

QString urlOf(const Scenario &scenario, const Dialect &dialect)
{
    const Result<Endpoint> endpoint =
        Endpoint::parse(scenario.endpoint, dialect, scenario.chat.model, scenario.chat.stream);
    if (!endpoint)
        return scenario.endpoint;
    if (!endpoint->isSandbox)
        return Redactor().url(endpoint->url);
    return QString(u"http://127.0.0.1:8080"_s + dialect.path());
}

} // namespace

QString curlCommand(const Scenario &scenario)
{
    const Dialect *dialect = Dialect::find(scenario.dialect);
    if (!dialect)
        return {};
    QStringList lines;
    const auto endpoint = Endpoint::parse(scenario.endpoint, *dialect);
    if (endpoint && endpoint->isSandbox)
        lines << QCoreApplication::translate("Retryscope::Curl",
                                             "# first: retryscope-cli sandbox --port 8080");
    QStringList parts{u"curl -N -X "_s + QString::fromLatin1(scenario.method),
                      quoted(urlOf(scenario, *dialect)), u"-H 'Content-Type: application/json'"_s};
    const QString variable = scenario.keyVariable.isEmpty() ? u"API_KEY"_s : scenario.keyVariable;
    const QByteArray stand = "RETRYSCOPE-KEY";
    for (const HeaderField &header :
         dialect->authentication(stand, endpoint ? endpoint->url : QUrl())) {
        QString value = QString::fromUtf8(header.value);
        value.replace(QString::fromLatin1(stand), QString(u"$"_s + variable));
        parts << QString(u"-H \""_s + QString::fromLatin1(header.name) + u": "_s + value + u"\""_s);
    }
    for (const HeaderField &header : scenario.headers) {
        const QString value = Redactor().header(header.name, header.value);
        parts << QString(u"-H "_s
                         + quoted(QString(QString::fromLatin1(header.name) + u": "_s + value)));
    }
    parts << QString(u"--data-raw "_s + quoted(QString::fromUtf8(bodyOf(scenario, *dialect))));
    lines << parts.join(u" \\\n  "_s);
    return lines.join(QLatin1Char('\n'));
}

} // namespace Retryscope
