// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/export.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QJsonValue>
#include <QtCore/QString>
#include <QtCore/QUrl>

#include <memory>

namespace Retryscope {

//! \brief Takes secrets out of everything that is recorded, by two rules.
//!
//! By value: every occurrence of a secret that this run knows (the key, the proxy's password),
//! wherever it stands, also percent-encoded in any way, escaped inside JSON text, or in the midst
//! of something that was base64-encoded.
//!
//! By name: values of header fields, query parameters and JSON members that are known to carry
//! credentials, and the user information of URLs, also where the value is not known.
//!
//! A value that is nothing but "${NAME}" (see variablereference.h) is no secret by its name.
//!
//! Out of its reach: a secret that arrives in two pieces, such as an answer that repeats the key
//! over two consecutive deltas. Each piece is looked at alone.
//!
//! \par Threads
//! A value: copies are independent, const members may be called from any thread.
class RETRYSCOPE_EXPORT Redactor
{
public:
    //! \brief Which of the rules apply.
    enum class Rules {
        ByValueAndName,
        //! For what the endpoint said: an answer that explains "https://example.org/?key=YOUR_KEY"
        //! is no leak, and must be shown as it came.
        ByValueOnly,
    };

    Redactor();

    //! What stands where a secret was.
    static QString mark();

    //! A value to take out wherever it occurs. Values shorter than four characters are not searched
    //! for: they would blank out half of every text.
    void addSecret(const QByteArray &secret);
    //! What a header gives away, to be found elsewhere too: of "Bearer KEY" also the bare KEY, of a
    //! cookie header also each cookie's value. A header that is not secret adds nothing.
    void addSecretsOfHeader(const QByteArray &name, const QByteArray &value);
    //! The password and the values of secret query parameters of \a url, to be found elsewhere too.
    void addSecretsOf(const QUrl &url);

    //! True for authorization, proxy-authorization, x-api-key, api-key, x-goog-api-key, cookie,
    //! set-cookie, x-amz-security-token and their like, in any case.
    static bool isSecretHeader(const QByteArray &name);

    //! The value of a field, fit to be shown; of a secret one only the scheme is left ("Bearer
    //! ...").
    QString header(const QByteArray &name, const QByteArray &value) const;
    //! Without user information, with the values of key, api_key, api-key, access_token, token, sig
    //! and their like replaced.
    QString url(const QUrl &url) const;
    //! Running text: an error message, a URL, a header line, JSON text.
    QString text(const QString &text, Rules rules = Rules::ByValueAndName) const;
    //! Known secrets in \a bytes, from \a from on, by value: each of their bytes becomes a star, so
    //! that all others stay where they are.
    void mask(QByteArray &bytes, qsizetype from = 0) const;
    //! How many bytes a known secret can take in the longest of its spellings; 0 without one.
    qsizetype longestSecret() const;
    //! Every string and every key inside, at any depth; with Rules::ByValueAndName also the values
    //! of secret members ("api_key", "password"), of [name, value] pairs of secret header fields,
    //! and of {"name": ..., "value": ...} likewise.
    QJsonValue json(const QJsonValue &value, Rules rules = Rules::ByValueAndName) const;
    QJsonObject json(const QJsonObject &object, Rules rules = Rules::ByValueAndName) const;

private:
    class Private;
    std::shared_ptr<const Private> d;
};

} // namespace Retryscope
