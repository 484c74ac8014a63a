// SPDX-License-Identifier: MIT
// The references of bench_window: a program that shows an empty QMainWindow, and with --word one
// with a word in it, which makes Qt read the font database.
#include "tests/bench/windowchild.h"

#include <QtWidgets/QLabel>

int main(int argc, char *argv[])
{
    const QApplication app(argc, argv);
    QMainWindow window;
    if (QCoreApplication::arguments().contains(QStringLiteral("--word")))
        window.setCentralWidget(new QLabel(QStringLiteral("word")));
    return WindowChild::run(window);
}
