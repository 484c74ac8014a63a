// SPDX-License-Identifier: MIT
#include "ui/composer/keystore.h"

#ifdef RETRYSCOPE_HAS_KEYCHAIN
#    include <qt6keychain/keychain.h>
#endif

namespace Retryscope {

#ifdef RETRYSCOPE_HAS_KEYCHAIN

namespace {

class DesktopKeyStore final : public KeyStore
{
public:
    void read() override
    {
        auto *job = new QKeychain::ReadPasswordJob(service(), this);
        connect(job, &QKeychain::Job::finished, this, [this, job] {
            const bool isNone = job->error() == QKeychain::EntryNotFound;
            Q_EMIT found(job->textData().toUtf8(), isNone ? QString() : problemOf(*job));
        });
        start(*job);
    }

    void write(const QByteArray &key) override
    {
        if (key.isEmpty())
            return remove();
        auto *job = new QKeychain::WritePasswordJob(service(), this);
        job->setTextData(QString::fromUtf8(key));
        connect(job, &QKeychain::Job::finished, this,
                [this, job] { Q_EMIT written(problemOf(*job)); });
        start(*job);
    }

private:
    static QString service() { return QStringLiteral("io.github.retryscope.Retryscope"); }

    void remove()
    {
        auto *job = new QKeychain::DeletePasswordJob(service(), this);
        connect(job, &QKeychain::Job::finished, this, [this, job] {
            const bool isNone = job->error() == QKeychain::EntryNotFound;
            Q_EMIT written(isNone ? QString() : problemOf(*job));
        });
        start(*job);
    }

    static void start(QKeychain::Job &job)
    {
        job.setKey(QStringLiteral("API key"));
        // Never in a settings file, in the clear.
        job.setInsecureFallback(false);
        job.start();
    }

    static QString problemOf(const QKeychain::Job &job)
    {
        return job.error() == QKeychain::NoError ? QString() : job.errorString();
    }
};

} // namespace

std::unique_ptr<KeyStore> desktopKeyStore()
{
    return std::make_unique<DesktopKeyStore>();
}

#else

std::unique_ptr<KeyStore> desktopKeyStore()
{
    return nullptr;
}

#endif

} // namespace Retryscope
