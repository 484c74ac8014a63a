// SPDX-License-Identifier: MIT
#include "ui/settingswindow.h"

#include <QtCore/QScopedValueRollback>
#include <QtGui/QFontInfo>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDialogButtonBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace Retryscope {

SettingsWindow::SettingsWindow(QWidget *parent)
    : QDialog(parent)
    , m_theme(new QComboBox)
    , m_fontSize(number(Settings::SmallestFont - 1, Settings::LargestFont, tr(" pt"),
                        tr("As the desktop")))
    , m_language(new QComboBox)
    , m_memory(number(1, Settings::MostMemory, tr(" MiB"), {}))
    , m_body(number(0, Settings::LargestBody, tr(" MB"), tr("All of it")))
{
    setWindowTitle(tr("Settings"));
    setModal(false);
    m_theme->addItems({tr("As the desktop"), tr("Light"), tr("Dark")});
    m_language->addItem(tr("As the desktop"), QString());
    // Each in its own language, so that nobody is locked out.
    m_language->addItem(QStringLiteral("English"), QStringLiteral("en"));
    m_language->addItem(QStringLiteral("Deutsch"), QStringLiteral("de"));
    auto *form = new QFormLayout;
    form->setVerticalSpacing(12);
    add(form, tr("&Theme"), m_theme, tr("The colours of the window"));
    add(form, tr("&Font size"), m_fontSize, tr("Of all text in the window"));
    add(form, tr("&Language"), m_language, tr("Of the window, from its next start on"));
    add(form, tr("&Memory for a run"), m_memory,
        tr("So much of a body, and of its events, is kept in memory; more goes to a temporary "
           "file that ends with the run. From the next run on."));
    add(form, tr("&Body kept"), m_body,
        tr("What is beyond is read and judged, but cannot be shown or saved. From the next run "
           "on."));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    auto *layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addStretch(1);
    layout->addWidget(buttons);
    for (QComboBox *combo : {m_theme, m_language}) {
        combo->view()->setAccessibleName(combo->accessibleName());
        connect(combo, &QComboBox::currentIndexChanged, this, &SettingsWindow::tellChange);
    }
    for (QSpinBox *spin : {m_fontSize, m_memory, m_body})
        connect(spin, &QSpinBox::valueChanged, this, &SettingsWindow::tellChange);
    setSettings({});
}

QSpinBox *SettingsWindow::number(int least, int most, const QString &unit, const QString &atLeast)
{
    auto *spin = new QSpinBox;
    spin->setRange(least, most);
    spin->setSuffix(unit);
    spin->setSpecialValueText(atLeast);
    // Not with every digit: 1 and 12 on the way to 128 are no wishes.
    spin->setKeyboardTracking(false);
    return spin;
}

void SettingsWindow::add(QFormLayout *form, const QString &label, QWidget *field,
                         const QString &toolTip)
{
    QString name = label;
    field->setAccessibleName(name.remove(QLatin1Char('&')));
    field->setToolTip(toolTip);
    auto *note = new QLabel(toolTip);
    note->setWordWrap(true);
    note->setForegroundRole(QPalette::PlaceholderText);
    // One cell: its note belongs to a field, and the rows stand apart.
    auto *cell = new QVBoxLayout;
    cell->setSpacing(2);
    cell->addWidget(field);
    cell->addWidget(note);
    form->addRow(label, cell);
    qobject_cast<QLabel *>(form->labelForField(cell))->setBuddy(field);
}

Settings SettingsWindow::settings() const
{
    Settings settings;
    settings.theme = static_cast<Theme::Mode>(std::max(m_theme->currentIndex(), 0));
    settings.fontSize = m_fontSize->value() < Settings::SmallestFont ? 0 : m_fontSize->value();
    settings.language = m_language->currentData().toString();
    settings.memory = m_memory->value();
    settings.body = m_body->value();
    return settings;
}

void SettingsWindow::setSettings(const Settings &settings)
{
    const QScopedValueRollback guard(m_isFilling, true);
    m_theme->setCurrentIndex(static_cast<int>(settings.theme));
    m_fontSize->setValue(settings.fontSize == 0 ? Settings::SmallestFont - 1 : settings.fontSize);
    m_language->setCurrentIndex(std::max(m_language->findData(settings.language), 0));
    m_memory->setValue(settings.memory);
    m_body->setValue(settings.body);
}

void SettingsWindow::tellChange()
{
    if (!m_isFilling)
        Q_EMIT changed();
}

} // namespace Retryscope
