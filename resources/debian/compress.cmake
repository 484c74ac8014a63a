# SPDX-License-Identifier: MIT
# What cpack runs between gathering the files and making packages of them: Debian's policy (12.1, 12.7) has manual pages
# and changelogs compressed, an installation by hand has not.

file(GLOB pages
    "${CPACK_TEMPORARY_DIRECTORY}/*${CPACK_PACKAGING_INSTALL_PREFIX}/share/man/man*/*.[1-9]"
    "${CPACK_TEMPORARY_DIRECTORY}/*${CPACK_PACKAGING_INSTALL_PREFIX}/share/doc/*/changelog")
if(pages)
    # -n: no time and no name inside, so that the same sources make the same package.
    execute_process(COMMAND gzip -9 -n ${pages} COMMAND_ERROR_IS_FATAL ANY)
endif()
