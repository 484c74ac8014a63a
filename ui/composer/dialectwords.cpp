// SPDX-License-Identifier: MIT
#include "ui/composer/dialectwords.h"

#include "core/llm/dialect.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QUrl>

namespace Retryscope {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(Retryscope::DialectWords)
};

QString pathOf(const Dialect &dialect, const QUrl &url, const ChatRequest &chat)
{
    if (url.isEmpty())
        return dialect.pathFor(chat.model, chat.stream);
    return url.toString(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::FullyEncoded);
}

QString keyWords(const Dialect &dialect, const QUrl &url)
{
    const DialectFlavour *const flavour = dialect.flavourAt(url);
    const HeaderField &field = flavour ? flavour->keyHeader : dialect.facts().keyHeader;
    const QString name = QString::fromLatin1(field.name);
    if (dialect.facts().awsSigned)
        return Words::tr("key in %1, or Amazon's signature").arg(name);
    return Words::tr("key in %1").arg(name);
}

} // namespace

QString dialectWords(const Dialect &dialect, const QUrl &url, const ChatRequest &chat)
{
    if (dialect.facts().isRaw)
        return Words::tr("Sent as it is typed, with the method and headers of the tab Headers; %1. "
                         "Of the answer only what HTTP says is judged.")
            .arg(keyWords(dialect, url));
    QString line =
        Words::tr("POST %1, %2.").arg(pathOf(dialect, url, chat), keyWords(dialect, url));
    if (chat.stream)
        line += u' ' + dialect.facts().ending;
    const DialectFlavour *const flavour = dialect.flavourAt(url);
    if (chat.stream && flavour && !flavour->note.isEmpty())
        line += u' ' + flavour->name + QStringLiteral(": ") + flavour->note;
    return line;
}

} // namespace Retryscope
