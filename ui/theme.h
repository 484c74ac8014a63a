// SPDX-License-Identifier: MIT
#pragma once

#include "core/timeline/timelinemodel.h"

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtGui/QColor>
#include <QtGui/QPalette>

namespace Retryscope {

//! \brief Two colours that stand on each other, and how far apart they must be.
struct ColorPair
{
    QString name;
    QColor foreground;
    QColor background;
    //! WCAG contrast ratio: 4.5 for text, 3 for shapes.
    double minimum = 4.5;
};

//! \brief The colours of everything the program paints itself, computed from a palette so that
//! they keep their contrast on any desktop, light or dark. A value.
class Theme final
{
public:
    enum class Mode { Desktop, Light, Dark };

    explicit Theme(const QPalette &palette);

    //! The theme of the application's palette; recomputed only when that changes.
    static const Theme &current();
    //! Sets the application's palette.
    static void apply(Mode mode);
    //! The palettes of the explicit modes.
    static QPalette lightPalette();
    static QPalette darkPalette();

    bool isDark() const { return m_dark; }

    QColor background() const { return m_background; }

    //! Behind the selected row: a tint, so that the colours on it stay legible.
    QColor selection() const { return m_selection; }

    QColor text() const { return m_text; }

    QColor mutedText() const { return m_mutedText; }

    QColor failure() const { return m_failure; }

    QColor success() const { return m_success; }

    //! Amber: everything that was done on purpose.
    QColor simulated() const { return m_simulated; }

    //! Lines that only guide the eye.
    QColor grid() const { return m_grid; }

    //! The strokes of a wait's hatching.
    QColor hatch() const { return m_hatch; }

    //! Under a field that holds a mistake.
    QColor mistakeTint() const { return m_mistakeTint; }

    QColor phase(TimelinePhase phase) const;
    //! Black or white, whichever reads better on \a fill.
    static QColor textOn(const QColor &fill);

    //! Every pair the program paints, for the test of their contrast.
    QList<ColorPair> pairs() const;

    //! WCAG 2 contrast ratio, 1 to 21.
    static double contrast(const QColor &a, const QColor &b);
    //! \a color made lighter or darker until it stands out from all \a backgrounds.
    static QColor readable(const QColor &color, const QList<QColor> &backgrounds, double minimum);

private:
    bool m_dark;
    QColor m_background;
    QColor m_window;
    QColor m_selection;
    QColor m_text;
    QColor m_mutedText;
    QColor m_failure;
    QColor m_success;
    QColor m_simulated;
    QColor m_grid;
    QColor m_hatch;
    QColor m_mistakeTint;
};

} // namespace Retryscope
