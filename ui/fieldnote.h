// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QLabel>

namespace Retryscope {

//! \brief The sentence under a field that says what is wrong with it, and nothing where nothing is.
//!
//! The field itself is tinted, and gets the sentence as its accessible description.
//! \par Ownership
//! The field is borrowed and must outlive the note's last setMessage().
class FieldNote final : public QLabel
{
    Q_OBJECT
public:
    explicit FieldNote(QWidget *field, QWidget *parent = nullptr);

    //! Empty: all is well.
    void setMessage(const QString &message);
    //! A remark, not a mistake: shown muted, the field is left alone.
    void setHint(const QString &hint);

protected:
    void changeEvent(QEvent *event) override;

private:
    void show(const QString &text, bool mistake);
    void applyColors();

    QWidget *m_field;
    QString m_description;
    bool m_mistake = false;
    bool m_applying = false;
};

} // namespace Retryscope
