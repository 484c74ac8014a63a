// SPDX-License-Identifier: MIT
#include "ui/response/tlsview.h"

#include "ui/response/tracedigest.h"
#include "ui/theme.h"

#include <QtCore/QJsonArray>
#include <QtCore/QLocale>
#include <QtWidgets/QHeaderView>

namespace Retryscope {

namespace {

QString stringOf(const QJsonObject &object, QLatin1StringView name)
{
    return object.value(name).toString();
}

QString listOf(const QJsonArray &array)
{
    QStringList words;
    for (const QJsonValue &value : array)
        words.append(value.toString());
    return words.join(QStringLiteral(", "));
}

//! In the reader's own time.
QString timeOf(const QJsonObject &certificate, QLatin1StringView name)
{
    const QDateTime time = QDateTime::fromString(stringOf(certificate, name), Qt::ISODate);
    return QLocale().toString(time.toLocalTime(), QLocale::ShortFormat);
}

//! What Qt finds wrong with the certificate at \a place; -1: with none that the server has shown.
QStringList problemsAt(const QJsonArray &errors, int place)
{
    QStringList problems;
    for (const QJsonValue &error : errors) {
        if (error[QLatin1StringView("certificate")].toInt(-1) == place)
            problems.append(error[QLatin1StringView("text")].toString());
    }
    problems.removeDuplicates();
    return problems;
}

//! Why there is no handshake to be shown.
QString reasonForNone(const AttemptDigest &digest)
{
    if (!digest.url.startsWith(QLatin1StringView("https:")))
        return TlsView::tr("No TLS: the endpoint is plain http, and everything can be read on the "
                           "way.");
    if (!digest.finished && !digest.sent)
        return TlsView::tr("No certificate yet.");
    if (!digest.sent)
        return TlsView::tr("No certificate came: the attempt did not get as far.");
    return TlsView::tr("The connection was made by an attempt before, which shows its handshake.");
}

QString endpointOf(const TlsDigest &tls)
{
    QStringList words{tls.version, tls.cipher};
    if (!tls.alpn.isEmpty())
        words.append(TlsView::tr("ALPN %1").arg(tls.alpn));
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

} // namespace

TlsView::TlsView(QWidget *parent) : QTreeWidget(parent)
{
    setAccessibleName(tr("TLS"));
    setColumnCount(2);
    setHeaderLabels({tr("Name"), tr("Value")});
    setFrameShape(QFrame::NoFrame);
    setRootIsDecorated(false);
    setItemsExpandable(false);
    setAlternatingRowColors(true);
    setUniformRowHeights(true);
    setTextElideMode(Qt::ElideMiddle);
    header()->setStretchLastSection(true);
    header()->resizeSection(0, 160);
}

QTreeWidgetItem *TlsView::addHead(const QString &line)
{
    auto *head = new QTreeWidgetItem(this, {line});
    QFont font = head->font(0);
    font.setBold(true);
    head->setFont(0, font);
    head->setFirstColumnSpanned(true);
    head->setToolTip(0, line);
    return head;
}

void TlsView::show(const AttemptDigest *digest)
{
    const int attempt = digest ? digest->attempt : 0;
    const qsizetype stage = digest ? (digest->finished ? 1 : 0) + (digest->sent ? 2 : 0)
                                         + (digest->tls.version.isEmpty() ? 0 : 4)
                                         + (digest->tls.chain.isEmpty() ? 0 : 8)
                                   : -1;
    if (attempt == m_attempt && stage == m_stage)
        return;
    m_attempt = attempt;
    m_stage = stage;
    clear();
    if (!digest)
        return;
    if (digest->tls.chain.isEmpty() && digest->tls.version.isEmpty())
        addHead(reasonForNone(*digest));
    else
        addChain(*digest);
    expandAll();
}

void TlsView::addChain(const AttemptDigest &digest)
{
    const TlsDigest &tls = digest.tls;
    const bool isRefused = !tls.errors.isEmpty() && tls.version.isEmpty();
    const QString problem = stringOf(digest.failure, QLatin1StringView("message"));
    if (isRefused)
        addHead(problem.isEmpty() ? tr("The certificate was not accepted.") : problem)
            ->setForeground(0, Theme::current().failure());
    else
        addHead(endpointOf(tls));
    const QStringList general = problemsAt(tls.errors, -1);
    for (const QString &text : general)
        addHead(tr("\u2717 %1").arg(text))->setForeground(0, Theme::current().failure());
    for (int i = 0; i < tls.chain.size(); ++i)
        addCertificate(tls.chain.at(i).toObject(), i, problemsAt(tls.errors, i));
}

void TlsView::addCertificate(const QJsonObject &certificate, int place, const QStringList &problems)
{
    const QString subject = stringOf(certificate, QLatin1StringView("subject"));
    const QString title =
        (place == 0 ? tr("%1. The server's own: %2") : tr("%1. Issued by: %2"))
            .arg(QString::number(place + 1), subject.isEmpty() ? tr("(without a name)") : subject);
    QTreeWidgetItem *head =
        addHead(problems.isEmpty()
                    ? title
                    : tr("\u2717 %1 \u2013 %2").arg(title, problems.join(QStringLiteral("; "))));
    if (!problems.isEmpty())
        head->setForeground(0, Theme::current().failure());
    const auto row = [head](const QString &name, const QString &value) {
        auto *item = new QTreeWidgetItem(head, {name, value});
        item->setToolTip(1, value);
    };
    const QString names = listOf(certificate.value(QLatin1StringView("names")).toArray());
    if (!names.isEmpty())
        row(tr("Names"), names);
    row(tr("Issuer"), stringOf(certificate, QLatin1StringView("issuer")));
    row(tr("Valid"), tr("%1 to %2")
                         .arg(timeOf(certificate, QLatin1StringView("not_before")),
                              timeOf(certificate, QLatin1StringView("not_after"))));
    row(tr("Key"), stringOf(certificate, QLatin1StringView("key")));
    row(tr("SHA-256"), stringOf(certificate, QLatin1StringView("sha256")));
}

} // namespace Retryscope
