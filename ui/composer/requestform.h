// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QLineEdit;
QT_END_NAMESPACE

namespace Retryscope {

class FieldNote;
class ParameterFields;
class RequestDocument;
class TextEdit;
class ToolsField;

//! \brief The request as fields. Edits the last message of the user; earlier ones and everything
//! the form does not know stay as they are.
class RequestForm final : public QWidget
{
    Q_OBJECT
public:
    //! The document is borrowed and must outlive the form.
    explicit RequestForm(RequestDocument *document, QWidget *parent = nullptr);

    QWidget *messageField() const;
    QWidget *modelField() const;

    ParameterFields *parameters() const { return m_parameters; }

    ToolsField *tools() const { return m_tools; }

    //! A mistake that the check of the whole scenario found; empty: none.
    void setProblem(const QString &field, const QString &message);

private:
    void buildLayout();
    void connectFields();
    void refresh();
    void storeModel();
    void storeSystem();
    void storeMessage();
    void storeStream();

    RequestDocument *m_document;
    QLineEdit *m_model;
    TextEdit *m_system;
    TextEdit *m_message;
    QCheckBox *m_stream;
    FieldNote *m_modelNote;
    FieldNote *m_messageNote;
    ParameterFields *m_parameters;
    ToolsField *m_tools;
    bool m_refreshing = false;
};

} // namespace Retryscope
