// SPDX-License-Identifier: MIT
#include "ui/aboutbox.h"

#include "core/base/version.h"

#include <QtCore/QSysInfo>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtNetwork/QSslSocket>
#include <QtWidgets/QMessageBox>
#include <QtWidgets/QPushButton>

namespace Retryscope {

using namespace Qt::StringLiterals;

QString AboutBox::versions()
{
    const QString qt = QString::fromLatin1(qVersion());
    const QString builtWith = QStringLiteral(QT_VERSION_STR);
    const QString tls =
        QSslSocket::supportsSsl()
            ? u"%1 (%2)"_s.arg(QSslSocket::sslLibraryVersionString(), QSslSocket::activeBackend())
            : tr("none: https does not work");
    return QStringList{
        u"Retryscope %1"_s.arg(versionString()),
        qt == builtWith ? u"Qt %1"_s.arg(qt) : tr("Qt %1, built with %2").arg(qt, builtWith),
        tr("TLS: %1").arg(tls),
        u"%1, %2, %3"_s.arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture(),
                            QGuiApplication::platformName())}
        .join(u'\n');
}

void AboutBox::show(QWidget *parent)
{
    QMessageBox box(QMessageBox::NoIcon, tr("About Retryscope"),
                    tr("An oscilloscope for LLM requests: compose one, break it on purpose, and "
                       "see every attempt, every wait and every byte."),
                    QMessageBox::Close, parent);
    box.setIconPixmap(QGuiApplication::windowIcon().pixmap(64));
    box.setInformativeText(QString(versions() + u"\n\n"_s + tr("MIT licence.")));
    box.setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    const auto *copy = box.addButton(tr("&Copy versions"), QMessageBox::ActionRole);
    box.exec();
    if (box.clickedButton() == copy)
        QGuiApplication::clipboard()->setText(versions());
}

} // namespace Retryscope
