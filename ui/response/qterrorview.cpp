// SPDX-License-Identifier: MIT
#include "ui/response/qterrorview.h"

#include "core/retry/failure.h"
#include "ui/fontfollower.h"
#include "ui/plaintext.h"
#include "ui/response/tracedigest.h"
#include "ui/timeline/timelinewords.h"

#include <QtCore/QStringList>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QVBoxLayout>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

QString field(const AttemptDigest &digest, QLatin1StringView name)
{
    return digest.failure.value(name).toString();
}

bool qtReported(const AttemptDigest &digest)
{
    return digest.failure.value("qt_error"_L1).toInt() != 0;
}

//! ContentReSendError before a status: Qt could not send the body again, which is why it was handed
//! over in that way.
bool keptFromResending(const AttemptDigest &digest)
{
    return digest.failure.value("qt_error"_L1).toInt() == QNetworkReply::ContentReSendError
           && digest.status == 0;
}

//! "QNetworkReply::" is written once, whether or not the name came with it.
QString bareName(QString name)
{
    const qsizetype colon = name.lastIndexOf("::"_L1);
    return colon < 0 ? name : name.mid(colon + 2);
}

QString signalLines(const AttemptDigest &digest)
{
    QStringList lines;
    for (const SignalStamp &stamp : digest.signalStamps)
        lines << QtErrorView::tr("  %1  %2")
                     .arg(timeWords(stamp.t - digest.begin), 9)
                     .arg(stamp.name);
    return lines.join(QLatin1Char('\n'));
}

QString sslCode()
{
    return uR"(connect(reply, &QNetworkReply::sslErrors, this, [](const QList<QSslError> &errors) {
    for (const QSslError &error : errors)
        qWarning() << error.error() << error.errorString();
    // Do not ignore them: the peer is not who it says it is.
});
)"_s;
}

} // namespace

QString qtErrorCode(const AttemptDigest &digest)
{
    if (!qtReported(digest))
        return {};
    QString code;
    if (field(digest, "kind"_L1) == "Certificate"_L1)
        code += sslCode();
    // What the user's own program sees, see qtErrorReport().
    const QString name = keptFromResending(digest) ? u"RemoteHostClosedError"_s
                                                   : bareName(field(digest, "qt_error_name"_L1));
    code += uR"(connect(reply, &QNetworkReply::errorOccurred, this,
        [this, reply](QNetworkReply::NetworkError error) {
    if (error != QNetworkReply::%1)
        return;
    const QVariant status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute);
    if (status.isValid())
        return; // an answer had begun: sending again may repeat what it did
    %2
});)"_s.arg(name, field(digest, "safety"_L1) == "MaybeProcessed"_L1
                      ? u"retryLater(); // the request had left: the server may have run it"_s
                      : u"retryLater(); // nothing was processed: safe to send again"_s);
    return code;
}

QString qtErrorReport(const AttemptDigest &digest)
{
    QStringList parts;
    if (!digest.finished) {
        parts << QtErrorView::tr("Attempt %1 is not over.").arg(digest.attempt);
    } else if (digest.failure.isEmpty()) {
        parts << QtErrorView::tr("Attempt %1: QNetworkReply::NoError (0), status %2")
                     .arg(digest.attempt)
                     .arg(digest.status);
    } else if (!qtReported(digest)) {
        parts << QtErrorView::tr("Attempt %1: Qt itself reported no error. %2")
                     .arg(digest.attempt)
                     .arg(field(digest, "message"_L1));
    } else {
        parts << QtErrorView::tr("Attempt %1: QNetworkReply::%2 (%3)")
                     .arg(digest.attempt)
                     .arg(bareName(field(digest, "qt_error_name"_L1)))
                     .arg(digest.failure.value("qt_error"_L1).toInt());
        parts << QtErrorView::tr("errorString(): \u201c%1\u201d")
                     .arg(field(digest, "qt_error_string"_L1));
        parts << QtErrorView::tr("What it means: %1").arg(field(digest, "message"_L1));
        if (keptFromResending(digest))
            parts << QtErrorView::tr(
                "A program that posts a QByteArray sees RemoteHostClosedError (2) instead, after "
                "Qt "
                "has sent the request up to four times on its own. Here the body can be sent only "
                "once, so that one attempt is one request.");
    }
    if (!digest.fault.isEmpty())
        parts << QtErrorView::tr(
                     "This was simulated (%1); the error is the one the real fault gives.")
                     .arg(digest.fault);
    if (!digest.signalStamps.isEmpty())
        parts << QString() << QtErrorView::tr("Signals of the reply, in order:")
              << signalLines(digest);
    const QString code = qtErrorCode(digest);
    if (!code.isEmpty())
        parts << QString() << QtErrorView::tr("To handle it:") << code;
    return parts.join(QLatin1Char('\n'));
}

QtErrorView::QtErrorView(QWidget *parent) : QWidget(parent), m_edit(new QPlainTextEdit)
{
    m_edit->setAccessibleName(tr("Qt error"));
    m_edit->setReadOnly(true);
    m_edit->setUndoRedoEnabled(false);
    m_edit->setFrameShape(QFrame::NoFrame);
    m_edit->setLineWrapMode(QPlainTextEdit::WidgetWidth);
    m_edit->setFont(fixedFont());
    m_edit->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_edit);
}

void QtErrorView::show(const AttemptDigest *digest)
{
    setPlainText(m_edit, digest ? qtErrorReport(*digest) : QString());
}

QString QtErrorView::text() const
{
    return plainText(m_edit);
}

} // namespace Retryscope
