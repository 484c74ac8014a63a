# SPDX-License-Identifier: MIT
# What cpack runs between gathering the files and making packages of them: Debian's policy (12.1, 12.7) wants a changelog
# of the package, and manual pages and changelogs compressed, which an installation by hand has not.

set(shared_files "${CPACK_TEMPORARY_DIRECTORY}/*${CPACK_PACKAGING_INSTALL_PREFIX}/share")
file(GLOB docs "${shared_files}/doc/*")
string(CONCAT entry
    "retryscope (${CPACK_PACKAGE_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE}) unstable; urgency=medium\n"
    "\n  * What is new in this version: see changelog.gz.\n"
    "\n -- ${CPACK_PACKAGE_CONTACT}  Fri, 27 Nov 2026 12:00:00 +0000\n")
foreach(doc IN LISTS docs)
    file(WRITE "${doc}/changelog.Debian" "${entry}")
endforeach()
file(GLOB compressed "${shared_files}/man/man*/*.[1-9]" "${shared_files}/doc/*/changelog*")
if(compressed)
    # -n: no time and no name inside, so that the same sources make the same package.
    execute_process(COMMAND gzip -9 -n ${compressed} COMMAND_ERROR_IS_FATAL ANY)
endif()
