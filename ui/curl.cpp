// SPDX-License-Identifier: MIT
#include "ui/curl.h"

#include "core/trace/redactor.h"
#include "core/trace/variablereference.h"

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

//! A word of the shell: variables stand in double quotes, where the shell puts their values in.
QString shellWord(const QString &text)
{
    QString word;
    for (const TextPiece &piece : textPieces(text))
        word += piece.isVariable ? QString(u'"' + variableReference(piece.text) + u'"')
                                 : quoted(piece.text);
    return word.isEmpty() ? quoted({}) : word;
}

QString standIn(qsizetype number)
{
    return u"retryscope%1variable"_s.arg(number);
}

QByteArray bodyOf(const Scenario &scenario, const Dialect &dialect)
{
    if (scenario.rawBody || scenario.isRaw())
        return scenario.rawBody.value_or(QByteArray());
    return QJsonDocument(dialect.toJson(scenario.chat)).toJson(QJsonDocument::Compact);
}

//! With a name in place of each variable that may stand anywhere in a URL: it is parsed without
//! their values, which belong to the shell that runs the command.
QString withStandIns(const QString &endpoint, QStringList &names)
{
    QString text;
    for (const TextPiece &piece : textPieces(endpoint)) {
        text += piece.isVariable ? standIn(names.size()) : piece.text;
        if (piece.isVariable)
            names.append(piece.text);
    }
    return text;
}

QString urlOf(const Scenario &scenario, const Dialect &dialect)
{
    QStringList names;
    const QString typed = withStandIns(scenario.endpoint, names);
    const Result<Endpoint> endpoint =
        Endpoint::parse(typed, dialect, scenario.chat.model, scenario.chat.stream);
    if (!endpoint)
        return Redactor().text(scenario.endpoint);
    if (!endpoint->isSandbox && !names.isEmpty()) {
        QString url = endpoint->url.toString(QUrl::FullyEncoded | QUrl::RemoveUserInfo);
        for (qsizetype i = names.size() - 1; i >= 0; --i)
            url.replace(standIn(i), variableReference(names.at(i)));
        return Redactor().text(url);
    }
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
    const QByteArray body = bodyOf(scenario, *dialect);
    const QByteArray type = scenario.contentType(body);
    QStringList parts{u"curl -N -X "_s + QString::fromLatin1(scenario.method),
                      shellWord(urlOf(scenario, *dialect))};
    if (!type.isEmpty())
        parts << QString(u"-H 'Content-Type: "_s + QString::fromLatin1(type) + u"'"_s);
    const QString variable = scenario.keyVariable.isEmpty() ? u"API_KEY"_s : scenario.keyVariable;
    // A format has its key; whether a raw request has one is said by naming it.
    const bool hasKey = !scenario.isRaw() || !scenario.keyVariable.isEmpty();
    const QByteArray stand = hasKey ? "RETRYSCOPE-KEY" : "";
    for (const HeaderField &header :
         dialect->authentication(stand, endpoint ? endpoint->url : QUrl())) {
        QString value = QString::fromUtf8(header.value);
        value.replace(QString::fromLatin1(stand), QString(u"$"_s + variable));
        parts << QString(u"-H \""_s + QString::fromLatin1(header.name) + u": "_s + value + u"\""_s);
    }
    for (const HeaderField &header : scenario.headers) {
        const QString value = Redactor().header(header.name, header.value);
        parts << QString(u"-H "_s
                         + shellWord(QString(QString::fromLatin1(header.name) + u": "_s + value)));
    }
    if (!body.isEmpty())
        parts << QString(u"--data-raw "_s + shellWord(QString::fromUtf8(body)));
    lines << parts.join(u" \\\n  "_s);
    return lines.join(QLatin1Char('\n'));
}

} // namespace Retryscope
