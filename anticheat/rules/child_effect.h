#pragma once

#include <string>

#include "anticheat/rules/rule.h"

namespace strata {

// True when a call of this class's forward changes a buffer of it or of a child of it: it matters
// even where its result is not used.
bool has_effect(const RuleContext& context, const std::string& class_file);

}  // namespace strata
