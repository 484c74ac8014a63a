// SPDX-License-Identifier: MIT
#include "ui/settings.h"

#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtGui/QFont>
#include <QtGui/QFontMetrics>
#include <QtWidgets/QApplication>

namespace Retryscope {

namespace {

using namespace Qt::StringLiterals;

int number(const QJsonObject &json, QLatin1StringView name, int least, int most, int otherwise)
{
    const int value = json.value(name).toInt(otherwise);
    return value >= least && value <= most ? value : otherwise;
}

//! As it was before anything changed it.
const QFont &desktopFont()
{
    static const QFont font = QApplication::font();
    return font;
}

} // namespace

TraceLimits Settings::traceLimits() const
{
    TraceLimits limits;
    limits.memory = qint64(memory) * 1024 * 1024;
    if (body > 0)
        limits.body = qint64(body) * 1'000'000;
    return limits;
}

void Settings::apply() const
{
    Theme::apply(theme);
    QFont font = desktopFont();
    if (fontSize > 0)
        font.setPointSize(fontSize);
    if (font != QApplication::font())
        QApplication::setFont(font);
}

QString Settings::fontProblem()
{
    if (QFontMetrics(QApplication::font()).inFont(u'a'))
        return {};
    return tr("There is no font, so that no text can be shown. Install one and start again; on "
              "Debian: apt-get install fonts-dejavu-core");
}

QJsonObject Settings::toJson() const
{
    return {{u"theme"_s, static_cast<int>(theme)},
            {u"font_size"_s, fontSize},
            {u"language"_s, language},
            {u"memory_mib"_s, memory},
            {u"body_mb"_s, body}};
}

Settings Settings::fromJson(const QJsonObject &json)
{
    Settings settings;
    settings.theme = static_cast<Theme::Mode>(number(json, "theme"_L1, 0, 2, 0));
    settings.fontSize = number(json, "font_size"_L1, SmallestFont, LargestFont, 0);
    settings.language = json.value("language"_L1).toString();
    settings.memory = number(json, "memory_mib"_L1, 1, MostMemory, settings.memory);
    settings.body = number(json, "body_mb"_L1, 0, LargestBody, settings.body);
    return settings;
}

QString Settings::languageIn(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QJsonObject session = QJsonDocument::fromJson(file.readAll()).object();
    return fromJson(session.value("settings"_L1).toObject()).language;
}

} // namespace Retryscope
