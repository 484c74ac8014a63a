// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QEvent>
#include <QtCore/QFile>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMainWindow>

#include <chrono>
#include <cstdio>

//! \brief Shows a window and says when its first picture is there: "painted", and a second later
//! how many kilobytes are resident. For a parent process with a clock.
class WindowChild final : public QObject
{
public:
    static int run(QMainWindow &window)
    {
        WindowChild child(window);
        window.resize(1280, 800);
        window.show();
        return QApplication::exec();
    }

    static long residentKilobytes()
    {
        QFile status(QStringLiteral("/proc/self/status"));
        if (!status.open(QIODevice::ReadOnly))
            return 0;
        const QByteArray text = status.readAll();
        const qsizetype at = text.indexOf("VmRSS:");
        return at < 0 ? 0 : text.mid(at + 6, text.indexOf("kB", at) - at - 6).trimmed().toLong();
    }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        if (event->type() == QEvent::Paint && !m_isPainted) {
            m_isPainted = true;
            // Behind everything that this picture takes.
            QTimer::singleShot(std::chrono::milliseconds(0), qApp, [] { say("painted"); });
            QTimer::singleShot(std::chrono::seconds(1), qApp, [] {
                std::printf("%ld\n", residentKilobytes());
                QApplication::quit();
            });
        }
        return false;
    }

private:
    explicit WindowChild(QMainWindow &window) { window.installEventFilter(this); }

    static void say(const char *word)
    {
        std::puts(word);
        std::fflush(stdout);
    }

    bool m_isPainted = false;
};
