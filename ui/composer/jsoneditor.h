// SPDX-License-Identifier: MIT
#pragma once

#include <QtWidgets/QWidget>

namespace Retryscope {

class FieldNote;
class RequestDocument;
class TextEdit;

//! \brief The request as JSON text, with a mistake marked at its place.
class JsonEditor final : public QWidget
{
    Q_OBJECT
public:
    //! The document is borrowed and must outlive the editor.
    explicit JsonEditor(RequestDocument *document, QWidget *parent = nullptr);

    TextEdit *field() const { return m_edit; }

    //! Puts the cursor where the mistake is.
    void goToMistake();

private:
    void refresh();
    void markMistake();

    RequestDocument *m_document;
    TextEdit *m_edit;
    FieldNote *m_note;
    bool m_refreshing = false;
};

} // namespace Retryscope
