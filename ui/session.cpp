// SPDX-License-Identifier: MIT
#include "ui/session.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QSaveFile>
#include <QtCore/QStandardPaths>

namespace Retryscope {

Session::Session(const QString &path, QObject *parent) : QObject(parent), m_path(path)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(900);
    connect(&m_timer, &QTimer::timeout, this, &Session::write);
}

QString Session::defaultPath()
{
    return QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)
           + QStringLiteral("/session.json");
}

QJsonObject Session::load()
{
    QFile file(m_path);
    if (m_path.isEmpty() || !file.open(QIODevice::ReadOnly))
        return {};
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
    if (document.isObject())
        return document.object();
    file.close();
    const QString aside = m_path + QStringLiteral(".damaged");
    QFile::remove(aside);
    QFile::rename(m_path, aside);
    m_remark = tr("What was remembered from last time could not be read (%1). It was kept as %2.")
                   .arg(problem.errorString(), QDir::toNativeSeparators(aside));
    return {};
}

void Session::setSnapshot(Snapshot snapshot)
{
    m_snapshot = std::move(snapshot);
}

void Session::touch()
{
    // Not restarted: who types without a pause is saved too.
    if (!m_path.isEmpty() && m_snapshot && !m_timer.isActive())
        m_timer.start();
}

void Session::flush()
{
    if (!m_timer.isActive())
        return;
    m_timer.stop();
    write();
}

void Session::write()
{
    QDir().mkpath(QFileInfo(m_path).absolutePath());
    QSaveFile file(m_path);
    const QByteArray text = QJsonDocument(m_snapshot()).toJson();
    bool good = file.open(QIODevice::WriteOnly);
    if (good) {
        file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        file.write(text);
        good = file.commit();
    }
    if (!good && !m_failing)
        Q_EMIT failed(tr("What you type cannot be remembered: %1 could not be written (%2).")
                          .arg(QDir::toNativeSeparators(m_path), file.errorString()));
    m_failing = !good;
}

} // namespace Retryscope
