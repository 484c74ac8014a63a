# SPDX-License-Identifier: MIT
# Installs the library with its package, for find_package(Retryscope 0.1 REQUIRED COMPONENTS Core).
# Users write #include <core/retry/retryingrequester.h>, as the tree itself does.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Retryscope)

install(TARGETS retryscope_core EXPORT RetryscopeTargets
    ARCHIVE COMPONENT Development
    LIBRARY COMPONENT Library NAMELINK_COMPONENT Development
    RUNTIME COMPONENT Library
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/retryscope COMPONENT Development)
install(EXPORT RetryscopeTargets NAMESPACE Retryscope::
    DESTINATION ${package_dir} COMPONENT Development)

get_target_property(RETRYSCOPE_CORE_TYPE retryscope_core TYPE)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/RetryscopeConfig.cmake.in
    ${CMAKE_CURRENT_BINARY_DIR}/RetryscopeConfig.cmake
    INSTALL_DESTINATION ${package_dir}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/RetryscopeConfigVersion.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES
    ${CMAKE_CURRENT_BINARY_DIR}/RetryscopeConfig.cmake
    ${CMAKE_CURRENT_BINARY_DIR}/RetryscopeConfigVersion.cmake
    DESTINATION ${package_dir} COMPONENT Development)
