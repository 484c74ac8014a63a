// SPDX-License-Identifier: MIT
#include "ui/theme.h"

#include <QtWidgets/QApplication>

#include <algorithm>
#include <cmath>

namespace Retryscope {

namespace {

double linear(double channel)
{
    return channel <= 0.03928 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor &color)
{
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF())
           + 0.0722 * linear(color.blueF());
}

QColor mix(const QColor &a, const QColor &b, double share)
{
    const auto channel = [share](float x, float y) {
        return static_cast<float>(x * (1.0 - share) + y * share);
    };
    return QColor::fromRgbF(channel(a.redF(), b.redF()), channel(a.greenF(), b.greenF()),
                            channel(a.blueF(), b.blueF()));
}

struct PaletteColors
{
    QColor window, base, alternate, text, button, highlight, link, placeholder, disabled, edge;
};

QPalette makePalette(const PaletteColors &c)
{
    QPalette palette(c.button, c.window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText,
                            QPalette::ToolTipText, QPalette::BrightText}) {
        palette.setColor(role, c.text);
        palette.setColor(QPalette::Disabled, role, c.disabled);
    }
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::Base, c.base);
    palette.setColor(QPalette::AlternateBase, c.alternate);
    palette.setColor(QPalette::ToolTipBase, c.alternate);
    palette.setColor(QPalette::Button, c.button);
    palette.setColor(QPalette::Highlight, c.highlight);
    palette.setColor(QPalette::HighlightedText, Theme::textOn(c.highlight));
    palette.setColor(QPalette::Link, c.link);
    palette.setColor(QPalette::LinkVisited, c.link);
    palette.setColor(QPalette::PlaceholderText, c.placeholder);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.edge);
    palette.setColor(QPalette::Mid, c.edge);
    return palette;
}

} // namespace

double Theme::contrast(const QColor &a, const QColor &b)
{
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

QColor Theme::textOn(const QColor &fill)
{
    // One of the two always has at least 4.58.
    return contrast(Qt::black, fill) >= contrast(Qt::white, fill) ? QColor(Qt::black)
                                                                  : QColor(Qt::white);
}

QColor Theme::readable(const QColor &color, const QList<QColor> &backgrounds, double minimum)
{
    const QColor pole = textOn(backgrounds.first());
    for (int step = 0; step <= 50; ++step) {
        const QColor candidate = mix(color, pole, step / 50.0);
        const bool good = std::all_of(backgrounds.begin(), backgrounds.end(), [&](const QColor &b) {
            return contrast(candidate, b) >= minimum;
        });
        if (good)
            return candidate;
    }
    return pole;
}

Theme::Theme(const QPalette &palette)
    : m_dark(luminance(palette.color(QPalette::Base)) < 0.18)
    , m_background(palette.color(QPalette::Base))
    , m_window(palette.color(QPalette::Window))
    , m_selection(mix(m_background, palette.color(QPalette::Highlight), m_dark ? 0.30 : 0.14))
    , m_mistakeTint(mix(m_background, QColor(0xd0, 0x30, 0x30), m_dark ? 0.22 : 0.10))
{
    const QList<QColor> grounds{m_background, m_window, m_selection};
    const auto text = [&](const QColor &color) {
        return readable(color, grounds, 4.6);
    };
    m_text = text(palette.color(QPalette::Text));
    m_mutedText = text(mix(palette.color(QPalette::Text), m_background, 0.45));
    m_failure = text(m_dark ? QColor(0xf2, 0x6d, 0x6d) : QColor(0xc4, 0x22, 0x2b));
    m_success = text(m_dark ? QColor(0x5f, 0xc4, 0x7f) : QColor(0x1d, 0x7f, 0x3f));
    m_simulated = text(m_dark ? QColor(0xe8, 0xa8, 0x38) : QColor(0xa8, 0x62, 0x00));
    m_grid = mix(m_background, m_text, m_dark ? 0.16 : 0.11);
    m_hatch = readable(mix(m_background, m_text, 0.45), {m_background, m_selection}, 3.0);
}

const Theme &Theme::current()
{
    static qint64 key = 0;
    static Theme theme{QPalette()};
    const QPalette palette = QGuiApplication::palette();
    if (key != palette.cacheKey()) {
        key = palette.cacheKey();
        theme = Theme(palette);
    }
    return theme;
}

QPalette Theme::lightPalette()
{
    return makePalette({.window = QColor(0xf3, 0xf4, 0xf6),
                        .base = QColor(0xff, 0xff, 0xff),
                        .alternate = QColor(0xf7, 0xf8, 0xfa),
                        .text = QColor(0x1c, 0x21, 0x28),
                        .button = QColor(0xea, 0xec, 0xef),
                        .highlight = QColor(0x1f, 0x6f, 0xb8),
                        .link = QColor(0x0b, 0x5c, 0xad),
                        .placeholder = QColor(0x6a, 0x72, 0x7d),
                        .disabled = QColor(0x8b, 0x92, 0x9b),
                        .edge = QColor(0xb9, 0xbf, 0xc7)});
}

QPalette Theme::darkPalette()
{
    return makePalette({.window = QColor(0x2a, 0x2d, 0x33),
                        .base = QColor(0x1a, 0x1c, 0x20),
                        .alternate = QColor(0x20, 0x23, 0x28),
                        .text = QColor(0xe3, 0xe6, 0xea),
                        .button = QColor(0x3b, 0x40, 0x48),
                        .highlight = QColor(0x3d, 0x8b, 0xd4),
                        .link = QColor(0x6c, 0xb2, 0xf2),
                        .placeholder = QColor(0x92, 0x9a, 0xa5),
                        .disabled = QColor(0x7d, 0x84, 0x8e),
                        .edge = QColor(0x4a, 0x50, 0x59)});
}

void Theme::apply(Mode mode)
{
    switch (mode) {
    case Mode::Desktop:
        // A default palette hands the choice back to the desktop.
        QApplication::setPalette(QPalette());
        break;
    case Mode::Light:
        QApplication::setPalette(lightPalette());
        break;
    case Mode::Dark:
        QApplication::setPalette(darkPalette());
        break;
    }
}

QColor Theme::phase(TimelinePhase phase) const
{
    const auto shape = [this](const QColor &light, const QColor &dark) {
        return readable(m_dark ? dark : light, {m_background, m_selection}, 3.0);
    };
    switch (phase) {
    case TimelinePhase::Dns:
        return shape(QColor(0x7a, 0x55, 0xb8), QColor(0xa9, 0x8a, 0xdc));
    case TimelinePhase::Connect:
        return shape(QColor(0x2b, 0x6c, 0xb0), QColor(0x6b, 0xa6, 0xe0));
    case TimelinePhase::Tls:
        return shape(QColor(0x0f, 0x7a, 0x80), QColor(0x4f, 0xb8, 0xb5));
    case TimelinePhase::Request:
        return shape(QColor(0x4a, 0x55, 0x68), QColor(0xb0, 0xba, 0xc8));
    case TimelinePhase::Waiting:
        return shape(QColor(0x7d, 0x86, 0x94), QColor(0x80, 0x8a, 0x98));
    case TimelinePhase::Body:
        return shape(QColor(0x2a, 0x82, 0x4b), QColor(0x62, 0xb5, 0x7c));
    }
    return m_text;
}

QList<ColorPair> Theme::pairs() const
{
    QList<ColorPair> pairs;
    const QList<std::pair<QString, QColor>> grounds{
        {QStringLiteral("base"), m_background},
        {QStringLiteral("window"), m_window},
        {QStringLiteral("selection"), m_selection},
    };
    const QList<std::pair<QString, QColor>> texts{
        {QStringLiteral("text"), m_text},           {QStringLiteral("muted text"), m_mutedText},
        {QStringLiteral("failure"), m_failure},     {QStringLiteral("success"), m_success},
        {QStringLiteral("simulated"), m_simulated},
    };
    for (const auto &[groundName, ground] : grounds) {
        for (const auto &[textName, color] : texts)
            pairs.append({textName + QStringLiteral(" on ") + groundName, color, ground, 4.5});
    }
    pairs.append({QStringLiteral("hatching"), m_hatch, m_background, 3.0});
    pairs.append({QStringLiteral("text on a mistake"), m_text, m_mistakeTint, 4.5});
    for (const auto p : {TimelinePhase::Dns, TimelinePhase::Connect, TimelinePhase::Tls,
                         TimelinePhase::Request, TimelinePhase::Waiting, TimelinePhase::Body}) {
        const QString name = QStringLiteral("phase %1").arg(static_cast<int>(p));
        pairs.append({QString(name + QStringLiteral(" bar")), phase(p), m_background, 3.0});
        pairs.append({QString(name + QStringLiteral(" label")), textOn(phase(p)), phase(p), 4.5});
    }
    return pairs;
}

} // namespace Retryscope
