#include "anticheat/rules/rules.h"

namespace strata {

void check_raw_memory(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  check_dangers(context, "raw-memory", "the bytes behind a tensor");
}

}  // namespace strata
