// SPDX-License-Identifier: MIT
#pragma once

#include "core/base/result.h"

#include <QtCore/QJsonValue>
#include <QtWidgets/QWidget>

#include <optional>

QT_BEGIN_NAMESPACE
class QToolButton;
QT_END_NAMESPACE

namespace Retryscope {

class DisclosureButton;
class FieldNote;
class RequestDocument;
class TextEdit;

//! \brief The tools of a request, behind a button: the list as its dialect writes it, with an
//! example to begin with. In step with the JSON while it is a list; text that is none stays in the
//! field, and keeps the request from being sent.
class ToolsField final : public QWidget
{
    Q_OBJECT
public:
    //! The document is borrowed and must outlive the field.
    explicit ToolsField(RequestDocument *document, QWidget *parent = nullptr);

    bool isOpen() const;
    void setOpen(bool open);

    QWidget *field() const;

    //! What is wrong with the text; none: it is what the request says.
    const std::optional<InputError> &problem() const { return m_problem; }

    //! What is in the field while there is a problem; empty otherwise. It stays there, whatever
    //! becomes of the document, until it is mended or set anew.
    QString unfinished() const;
    void setUnfinished(const QString &text);

Q_SIGNALS:
    void toggled();
    //! The text has another problem, or none any more.
    void problemChanged();

private:
    void buildLayout();
    void refresh();
    void refreshButton();
    void store();
    void setProblem(const QString &message);
    void insertExample();
    QJsonValue value() const;

    RequestDocument *m_document;
    QWidget *m_panel;
    DisclosureButton *m_button;
    TextEdit *m_edit;
    QToolButton *m_example;
    FieldNote *m_note;
    std::optional<InputError> m_problem;
    //! What the text was last written from, or made to.
    QJsonValue m_known = QJsonValue::Undefined;
    bool m_isFilling = false;
};

} // namespace Retryscope
