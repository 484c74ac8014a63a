// SPDX-License-Identifier: MIT
#pragma once

#include "core/llm/dialectfacts.h"

#include <QtWidgets/QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QGridLayout;
class QLineEdit;
QT_END_NAMESPACE

namespace Retryscope {

class Dialect;
class DisclosureButton;
class FieldNote;
class RequestDocument;

//! \brief What a dialect's requests may have beside model, prompts and stream (temperature, the
//! longest answer), as fields behind a button. What is typed stands in the JSON at once, a mistake
//! too: an endpoint may be asked on purpose what it will refuse.
class ParameterFields final : public QWidget
{
    Q_OBJECT
public:
    //! The document is borrowed and must outlive the fields.
    explicit ParameterFields(RequestDocument *document, QWidget *parent = nullptr);

    bool isOpen() const;
    void setOpen(bool open);

Q_SIGNALS:
    void toggled();

private:
    struct Row
    {
        DialectField field;
        QLineEdit *edit;
        FieldNote *note;
    };

    void build();
    void addRow(const DialectField &field, int index);
    void refresh();
    void refreshRow(const Row &row);
    void refreshButton();
    void store(const Row &row);

    RequestDocument *m_document;
    //! Whose fields they are.
    const Dialect *m_dialect = nullptr;
    QWidget *m_panel;
    DisclosureButton *m_button;
    QGridLayout *m_grid;
    std::vector<Row> m_rows;
};

} // namespace Retryscope
