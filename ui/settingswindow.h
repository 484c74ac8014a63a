// SPDX-License-Identifier: MIT
#pragma once

#include "ui/settings.h"

#include <QtWidgets/QDialog>

QT_BEGIN_NAMESPACE
class QComboBox;
class QFormLayout;
class QSpinBox;
QT_END_NAMESPACE

namespace Retryscope {

//! \brief The settings. Each change counts at once.
class SettingsWindow final : public QDialog
{
    Q_OBJECT
public:
    explicit SettingsWindow(QWidget *parent = nullptr);

    Settings settings() const;
    //! Without changed().
    void setSettings(const Settings &settings);

Q_SIGNALS:
    void changed();

private:
    QSpinBox *number(int least, int most, const QString &unit, const QString &atLeast);
    void add(QFormLayout *form, const QString &label, QWidget *field, const QString &toolTip);
    void tellChange();

    QComboBox *m_theme;
    QSpinBox *m_fontSize;
    QComboBox *m_language;
    QSpinBox *m_memory;
    QSpinBox *m_body;
    bool m_isFilling = false;
};

} // namespace Retryscope
