// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QTabWidget;
QT_END_NAMESPACE

namespace Retryscope {

class JsonEditor;
class RequestDocument;
class RequestForm;

//! \brief The two faces of the request: Form and JSON.
class RequestPane final : public QWidget
{
    Q_OBJECT
public:
    explicit RequestPane(RequestDocument *document, QWidget *parent = nullptr);

    RequestForm *form() const { return m_form; }

    JsonEditor *json() const { return m_json; }

    //! Turns to the JSON, at its mistake.
    void showMistake();
    //! 0: form, 1: JSON.
    int currentTab() const;
    void setCurrentTab(int tab);

private:
    QTabWidget *m_tabs;
    RequestForm *m_form;
    JsonEditor *m_json;
};

} // namespace Retryscope
