// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QJsonObject>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <functional>

namespace Retryscope {

//! \brief What the window remembers between two starts, in one JSON file that only its owner can
//! read. Written whole or not at all, at most once a second: a crash loses no more than that.
class Session final : public QObject
{
    Q_OBJECT
public:
    using Snapshot = std::function<QJsonObject()>;

    //! An empty \a path: nothing is remembered.
    explicit Session(const QString &path, QObject *parent = nullptr);

    //! Where it is kept unless told otherwise.
    static QString defaultPath();

    //! Empty if there is none. A damaged file is moved aside, never overwritten, and reported by
    //! remark().
    QJsonObject load();

    QString remark() const { return m_remark; }

    void setSnapshot(Snapshot snapshot);
    //! Something changed: it is written within a second.
    void touch();
    //! Writes now if anything changed.
    void flush();

Q_SIGNALS:
    //! Once in a row: the file cannot be written, and why.
    void failed(const QString &sentence);

private:
    void write();

    QString m_path;
    QString m_remark;
    Snapshot m_snapshot;
    QTimer m_timer;
    bool m_failing = false;
};

} // namespace Retryscope
