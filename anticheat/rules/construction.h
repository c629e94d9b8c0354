#pragma once

#include <optional>
#include <string>
#include <vector>

#include "anticheat/facts/facts.h"
#include "anticheat/rules/known_numbers.h"

namespace strata {

// One child as the constructor makes it.
struct MadeChild {
  const facts::Expression* call = nullptr;  // std::make_shared<...>(...)
  std::string member;                       // that gets it; a list of children, too
  std::vector<std::optional<double>> arguments;
};

// What a constructor does when it is given these numbers.
struct Construction {
  KnownNumbers known;  // the settings and the lengths of lists; no variables
  std::vector<MadeChild> children;
  std::vector<const facts::Expression*> replaced;  // calls that put a second child into a member
};

// Follows the constructor; arguments that are absent are not known.
Construction construct(const facts::Class& model,
                       const std::vector<std::optional<double>>& arguments = {});

}  // namespace strata
