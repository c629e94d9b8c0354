#pragma once

#include "anticheat/client.h"
#include "tests/scratch_folder.h"

namespace strata {

// The scanner of this build, the cache that all tests share for the precompiled header, no reuse of
// replies.
ScanSettings test_settings();

}  // namespace strata
