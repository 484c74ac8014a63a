// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonValue>
#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QUrl>

namespace Retryscope {

//! \brief Takes secrets out of everything that is recorded, by two rules: values of header fields
//! and query parameters that are known to carry credentials, and every occurrence of a secret that
//! this run knows (the key, the proxy's password), wherever it stands, also in its base64 and
//! percent-encoded forms.
class RETRYSCOPE_EXPORT Redactor
{
public:
    //! What stands where a secret was.
    static QString mark();

    //! A value to take out wherever it occurs. Values shorter than four characters are not searched
    //! for in running text: they would blank out half of it.
    void addSecret(const QByteArray &secret);

    //! True for authorization, proxy-authorization, x-api-key, api-key, x-goog-api-key, cookie,
    //! set-cookie and their like, in any case.
    static bool isSecretHeader(const QByteArray &name);
    QString header(const QByteArray &name, const QByteArray &value) const;
    //! Without user information, with the values of key, api_key, api-key, access_token, token and
    //! sig replaced.
    QString url(const QUrl &url) const;
    QString text(const QString &text) const;
    //! Every string and every key inside, at any depth.
    QJsonValue json(const QJsonValue &value) const;

private:
    QList<QString> m_secrets;
};

} // namespace Retryscope
