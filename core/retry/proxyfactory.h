// SPDX-License-Identifier: MIT
#pragma once

#include "core/retry/proxysettings.h"

#include <QtNetwork/QNetworkProxy>

namespace Retryscope {

//! \brief Gives a QNetworkAccessManager the proxies of ProxySettings.
//!
//! A URL whose setting is broken gets no connection at all, straight or otherwise: from
//! RetryingRequester a failure of FailureKind::Config that names the variable, from a bare
//! QNetworkAccessManager ProxyNotFoundError.
//!
//! \par Ownership
//! QNetworkAccessManager::setProxyFactory() takes it over.
//!
//! \par Threads
//! Any; it does not change.
class RETRYSCOPE_EXPORT ProxyFactory final : public QNetworkProxyFactory
{
public:
    //! Gives what \a settings say now; a copy is kept.
    explicit ProxyFactory(const ProxySettings &settings);
    //! No manager must be using it any more; its manager destroys it.
    ~ProxyFactory() override;

    //! What it was made from.
    const ProxySettings &settings() const { return m_settings; }

    //! One proxy for the URL of \a query: never a list to fall back on.
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery &query) override;

    //! Why \a proxy is not to be used, if it stands for a broken setting. It comes through
    //! factories that pass on what ours gives.
    static std::optional<InputError> errorOf(const QNetworkProxy &proxy);

private:
    const ProxySettings m_settings;
};

} // namespace Retryscope
