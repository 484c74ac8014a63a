// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QWidget>

QT_BEGIN_NAMESPACE
class QTabWidget;
QT_END_NAMESPACE

namespace Retryscope {

class ConnectionForm;
class HeadersEditor;
class JsonEditor;
class RequestDocument;
class RequestForm;

//! \brief The request: as form and as JSON, or its body where it is raw; its headers, and how it
//! travels. Its focus is that of the tab shown.
class RequestPane final : public QWidget
{
    Q_OBJECT
public:
    explicit RequestPane(RequestDocument *document, QWidget *parent = nullptr);

    RequestForm *form() const { return m_form; }

    JsonEditor *json() const { return m_json; }

    HeadersEditor *headers() const { return m_headers; }

    ConnectionForm *connection() const { return m_connection; }

    //! Turns to the JSON, at its mistake.
    void showMistake();
    void showHeaders();
    void showTools();
    void showConnection();
    //! 0: form, 1: JSON, 2: headers, 3: connection.
    int currentTab() const;
    void setCurrentTab(int tab);

private:
    void refresh();
    void passFocus();

    RequestDocument *m_document;
    QTabWidget *m_tabs;
    RequestForm *m_form;
    JsonEditor *m_json;
    HeadersEditor *m_headers;
    ConnectionForm *m_connection;
};

} // namespace Retryscope
