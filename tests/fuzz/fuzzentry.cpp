// SPDX-License-Identifier: MIT
#include "tests/fuzz/fuzztargets.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

//! The function that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    using namespace Retryscope::TestSupport;
    static const QString target = QStringLiteral(RETRYSCOPE_FUZZ_TARGET);
    const QString complaint =
        fuzz(target, QByteArrayView(reinterpret_cast<const char *>(data), qsizetype(size)));
    if (!complaint.isEmpty()) {
        std::fprintf(stderr, "%s: %s\n", RETRYSCOPE_FUZZ_TARGET, qPrintable(complaint));
        std::abort();
    }
    return 0;
}
