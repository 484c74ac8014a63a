// SPDX-License-Identifier: MIT
#pragma once

#include "core/run/scenario.h"

#include <QtCore/QByteArray>
#include <QtCore/QJsonObject>
#include <QtCore/QObject>

namespace Retryscope {

class EndpointBar;
class FaultPlanEditor;
class PolicyEditor;
class RequestDocument;
class RequestPane;

//! \brief What Send would do: a scenario and a key, or why it would do nothing.
struct Composition
{
    Scenario scenario;
    QByteArray key;
    QList<InputError> errors;
};

//! \brief Keeps the fields of the window together: they make up one scenario.
//!
//! \par Ownership
//! The widgets have no parent until the window places them.
class Composer final : public QObject
{
    Q_OBJECT
public:
    explicit Composer(QObject *parent = nullptr);

    EndpointBar *bar() const { return m_bar; }

    RequestPane *request() const { return m_request; }

    FaultPlanEditor *faults() const { return m_faults; }

    PolicyEditor *policy() const { return m_policy; }

    RequestDocument *document() const { return m_document; }

    Composition compose() const;
    void setScenario(const Scenario &scenario);

    //! Puts each sentence next to its field, the keyboard to the first of them, and returns those
    //! that belong to none.
    QList<InputError> showErrors(const QList<InputError> &errors);

    //! Everything that was typed, also where it is wrong, except keys.
    QJsonObject state() const;
    void restore(const QJsonObject &state);

Q_SIGNALS:
    void edited();

private:
    void connectFields();
    void edit();
    void validate();
    Scenario typed() const;
    void clearErrors();
    bool place(const InputError &error);
    void focus(const InputError &error);

    Scenario m_base;
    RequestDocument *m_document;
    EndpointBar *m_bar;
    RequestPane *m_request;
    FaultPlanEditor *m_faults;
    PolicyEditor *m_policy;
    bool m_loading = false;
};

} // namespace Retryscope
