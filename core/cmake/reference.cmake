# SPDX-License-Identifier: MIT
# The target "docs": a page a public class, in HTML, and as a .qch for Qt Creator and Qt Assistant where qhelpgenerator
# is installed. A warning is an error: whatever is public and undocumented, or links to nothing, breaks it.

find_package(Doxygen 1.9.4 QUIET)
add_feature_info(reference DOXYGEN_FOUND "the target docs, which needs doxygen 1.9.4")
if(NOT DOXYGEN_FOUND)
    return()
endif()

set(DOXYGEN_PROJECT_NAME "Retryscope Core")
set(DOXYGEN_PROJECT_BRIEF "Truthful retries over QNetworkAccessManager")
set(DOXYGEN_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/docs)
set(DOXYGEN_USE_MDFILE_AS_MAINPAGE ${PROJECT_SOURCE_DIR}/resources/help/library.md)
set(DOXYGEN_STRIP_FROM_PATH ${PROJECT_SOURCE_DIR})
set(DOXYGEN_STRIP_FROM_INC_PATH ${PROJECT_SOURCE_DIR})
set(DOXYGEN_QT_AUTOBRIEF YES)
set(DOXYGEN_EXCLUDE_SYMBOLS *::Private)
set(DOXYGEN_WARN_IF_UNDOCUMENTED YES)
set(DOXYGEN_WARN_AS_ERROR FAIL_ON_WARNINGS)
set(DOXYGEN_QUIET YES)
set(DOXYGEN_MACRO_EXPANSION YES)
set(DOXYGEN_EXPAND_ONLY_PREDEF YES)
set(DOXYGEN_PREDEFINED
    __cplusplus=202002L RETRYSCOPE_EXPORT= Q_OBJECT= Q_GADGET= Q_SIGNALS=signals Q_SLOTS=slots
    "Q_ENUM(x)=" "Q_FLAG(x)=" "Q_DECLARE_FLAGS(flags,item)=using flags = QFlags<item>;"
    "Q_DECLARE_OPERATORS_FOR_FLAGS(x)=" "Q_DECLARE_METATYPE(x)=" QT_BEGIN_NAMESPACE= QT_END_NAMESPACE=)
set(DOXYGEN_HAVE_DOT NO)
set(DOXYGEN_GENERATE_LATEX NO)
set(DOXYGEN_GENERATE_TODOLIST NO)
set(DOXYGEN_HTML_TIMESTAMP NO)
set(DOXYGEN_SHOW_NAMESPACES NO)
set(DOXYGEN_VERBATIM_HEADERS NO)
set(DOXYGEN_GENERATE_QHP YES)
set(DOXYGEN_QHP_NAMESPACE io.github.retryscope.core)
set(DOXYGEN_QHP_VIRTUAL_FOLDER retryscope-core)
find_program(RETRYSCOPE_QHELPGENERATOR qhelpgenerator
    PATHS ${QT6_INSTALL_PREFIX}/${QT6_INSTALL_LIBEXECS} ${QT6_INSTALL_PREFIX}/${QT6_INSTALL_BINS})
if(RETRYSCOPE_QHELPGENERATOR)
    set(DOXYGEN_QHG_LOCATION ${RETRYSCOPE_QHELPGENERATOR})
    set(DOXYGEN_QCH_FILE ../retryscope-core.qch)
endif()

get_target_property(public_headers retryscope_core HEADER_SET)
doxygen_add_docs(docs ${public_headers} ${PROJECT_SOURCE_DIR}/resources/help/library.md
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    COMMENT "Writing the reference of the library")
