#include "anticheat/rules/rules.h"

namespace strata {

// Letters that look like others, and marks that turn the reading direction, hide what a line does.
void check_character(const RuleContext& context) {
  if (!is_component(context.file.profile)) return;
  for (const facts::Word& word : context.file.characters) {
    report(context, "character", word.place, word.text, "a character outside plain ASCII");
  }
}

}  // namespace strata
