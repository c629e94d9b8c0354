#include "anticheat/rules/rules.h"

namespace strata {

void check_keywords(const RuleContext& context, const char* rule, const std::string& message) {
  if (!is_component(context.file.profile)) return;
  for (const facts::Word& word : context.file.keywords) {
    if (is_listed(context.policy.keywords, word.text)) continue;
    const auto named = context.policy.keyword_rules.find(word.text);
    const std::string owner =
        named == context.policy.keyword_rules.end() ? "keyword" : named->second;
    if (owner == rule)
      report(context, rule, word.place, word.text, "'" + word.text + "': " + message);
  }
}

// An alias of another file's Model has nothing but its using-declaration.
void check_keyword(const RuleContext& context) {
  if (is_alias(context)) return;
  check_keywords(context, "keyword", "not part of the file format");
}

}  // namespace strata
