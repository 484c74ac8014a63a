// SPDX-License-Identifier: MIT
#include "core/base/version.h"
#include "core/run/qtmessages.h"
#include "ui/composer/composer.h"
#include "ui/composer/endpointbar.h"
#include "ui/composer/keyfield.h"
#include "ui/composer/keystore.h"
#include "ui/mainwindow.h"
#include "ui/session.h"
#include "ui/settings.h"
#include "ui/translation.h"

#include <QtCore/QCommandLineParser>
#include <QtGui/QIcon>
#include <QtWidgets/QApplication>

#include <cstdio>
#include <cstring>
#include <memory>

namespace {

//! "--help" and "--version" must work where there is no display.
std::unique_ptr<QCoreApplication> createApplication(int &argc, char *argv[])
{
    for (int i = 1; i < argc; ++i) {
        for (const char *option : {"--help", "-h", "--help-all", "--version", "-v"}) {
            if (std::strcmp(argv[i], option) == 0)
                return std::make_unique<QCoreApplication>(argc, argv);
        }
    }
    return std::make_unique<QApplication>(argc, argv);
}

} // namespace

int main(int argc, char *argv[])
{
    Retryscope::dropKnownQtMessages();
    const auto app = createApplication(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("retryscope"));
    QCoreApplication::setApplicationVersion(Retryscope::versionString());

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("An oscilloscope for LLM requests: compose one, break it on purpose, and "
                       "see every attempt, "
                       "every wait and every byte."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("file"),
                                 QStringLiteral("A scenario or a trace to open."),
                                 QStringLiteral("[file]"));
    parser.process(*app);

    Retryscope::installTranslation(
        Retryscope::Settings::languageIn(Retryscope::Session::defaultPath()));
    QGuiApplication::setApplicationDisplayName(QStringLiteral("Retryscope"));
    QGuiApplication::setDesktopFileName(QStringLiteral("io.github.retryscope.Retryscope"));
    QGuiApplication::setWindowIcon(
        QIcon(QStringLiteral(":/icons/io.github.retryscope.Retryscope.svg")));
    Retryscope::MainWindow window(Retryscope::Session::defaultPath());
    window.composer()->bar()->key()->setStore(Retryscope::desktopKeyStore());
    if (!parser.positionalArguments().isEmpty())
        window.openFile(parser.positionalArguments().constFirst());
    const QString noFont = Retryscope::Settings::fontProblem();
    if (!noFont.isEmpty()) {
        // In the window it could not be read; its frame may have letters of its own.
        std::fprintf(stderr, "retryscope: %s\n", qPrintable(noFont));
        window.setWindowTitle(noFont);
    }
    window.show();
    return QCoreApplication::exec();
}
