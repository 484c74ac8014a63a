// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>

#include <memory>

namespace Retryscope {

//! \brief Where a typed key outlives the program: the desktop's secret service. Everything is told
//! by signals, later.
class KeyStore : public QObject
{
    Q_OBJECT
public:
    using QObject::QObject;

    //! found() follows, also where there is nothing.
    virtual void read() = 0;
    //! written() follows. An empty key is taken out of the store.
    virtual void write(const QByteArray &key) = 0;

Q_SIGNALS:
    //! Empty: none is kept. \a problem: why the store cannot be asked; empty otherwise.
    void found(const QByteArray &key, const QString &problem);
    void written(const QString &problem);
};

//! The desktop's own: Secret Service or KWallet. Null where this program was built without
//! QtKeychain.
std::unique_ptr<KeyStore> desktopKeyStore();

} // namespace Retryscope
