// SPDX-License-Identifier: MIT
// The reference of bench_window: a program that shows an empty QMainWindow.
#include "tests/bench/windowchild.h"

int main(int argc, char *argv[])
{
    const QApplication app(argc, argv);
    QMainWindow window;
    return WindowChild::run(window);
}
