// SPDX-License-Identifier: MIT
#include "ui/translation.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QLibraryInfo>
#include <QtCore/QLocale>
#include <QtCore/QTranslator>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

void install(const QLocale &locale, const QString &name, const QString &folder)
{
    auto *translator = new QTranslator(qApp);
    if (translator->load(locale, name, u"_"_s, folder))
        QCoreApplication::installTranslator(translator);
    else
        delete translator;
}

} // namespace

void installTranslation(const QString &language)
{
    const QLocale locale = language.isEmpty() ? QLocale() : QLocale(language);
    const QString words = u":/translations"_s;
    install(QLocale(QLocale::English), u"retryscope"_s, words);
    if (locale.language() == QLocale::English)
        return;
    install(locale, u"qtbase"_s, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(locale, u"retryscope"_s, words);
}

} // namespace Retryscope
