// SPDX-License-Identifier: MIT
#pragma once

#include "core/fault/faultcatalogue.h"

#include <QtWidgets/QWidget>

#include <optional>

QT_BEGIN_NAMESPACE
class QLineEdit;
class QSpinBox;
QT_END_NAMESPACE

namespace Retryscope {

class FieldNote;

//! \brief Fields for some parameters of a fault, with their units; a number's bounds are the
//! catalogue's, a text is looked at when it is complete.
class FaultParameters final : public QWidget
{
    Q_OBJECT
public:
    //! Each with its name before it, or the only one without.
    enum class Names { Shown, Hidden };

    FaultParameters(int attempt, const Fault &fault, const QList<FaultParameter> &parameters,
                    Names names, QWidget *parent = nullptr);

    //! What a screen reader calls the field of a parameter.
    static QString nameOf(int attempt, const QString &parameter);

Q_SIGNALS:
    //! By the person. No value: the parameter is left out.
    void changed(const QString &name, const std::optional<Retryscope::FaultValue> &value);

private:
    QSpinBox *numberField(const FaultParameter &parameter);
    QLineEdit *textField(const FaultParameter &parameter, FieldNote **note);
    //! Empty: all is well.
    QString takeText(const FaultParameter &parameter, const QString &text);

    Fault m_fault;
};

} // namespace Retryscope
