# SPDX-License-Identifier: MIT
# Installs the library with its packages: find_package(Retryscope 0.1 REQUIRED COMPONENTS Core), and
# pkg-config's retryscope-core. Users write #include <core/retry/retryingrequester.h>, as the tree itself does.
#
# Components of the installation: Runtime (the shared library; nothing for a static one), Development (headers, archive,
# packages); the programs' are in resources/CMakeLists.txt.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Retryscope)

install(TARGETS retryscope_core EXPORT RetryscopeTargets
    ARCHIVE COMPONENT Development
    LIBRARY COMPONENT Runtime NAMELINK_COMPONENT Development
    RUNTIME COMPONENT Runtime
    FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/retryscope COMPONENT Development)
install(EXPORT RetryscopeTargets NAMESPACE Retryscope::
    DESTINATION ${package_dir} COMPONENT Development)

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

# Relative to the file itself where the folders allow it: what was installed may then be moved, or staged by DESTDIR.
set(pc_libdir ${CMAKE_INSTALL_LIBDIR})
set(pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
    cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX
        BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/pkgconfig OUTPUT_VARIABLE pc_prefix)
    set(pc_prefix "\${pcfiledir}/${pc_prefix}")
    string(PREPEND pc_libdir "\${prefix}/")
endif()
if(NOT IS_ABSOLUTE "${CMAKE_INSTALL_INCLUDEDIR}")
    string(PREPEND pc_includedir "\${prefix}/")
endif()
set(pc_definitions "")
if(core_type STREQUAL "STATIC_LIBRARY")
    set(pc_definitions " -DRETRYSCOPE_STATIC")
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/retryscope-core.pc.in
    ${CMAKE_CURRENT_BINARY_DIR}/retryscope-core.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/retryscope-core.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT Development)
