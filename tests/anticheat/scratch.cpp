#include "tests/anticheat/scratch.h"

namespace strata {

ScanSettings test_settings() {
  ScanSettings settings;
  settings.program = STRATA_PROGRAM_DIR "/strata-anticheat";
  settings.reuse = false;
  return settings;
}

}  // namespace strata
