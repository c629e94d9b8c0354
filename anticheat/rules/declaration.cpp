#include "anticheat/rules/rules.h"

#include <set>

namespace strata {

// A file holds one struct Model and the three functions that describe its inputs and outputs,
// nothing else.
void check_declaration(const RuleContext& context) {
  if (!is_component(context.file.profile) || is_alias(context)) return;
  check_keywords(context, "declaration", "not part of the file format");
  static const std::set<std::string> makers = {"get_inputs", "get_init_inputs",
                                               "get_expected_output_shapes"};
  const auto refuse = [&](const Place& place, const std::string& text, const std::string& what) {
    report(context, "declaration", place, text, what + " has no place in a component file");
  };
  for (const auto& other : context.file.others) refuse(other.place, other.text, other.what);
  for (const facts::Namespace& space : context.file.namespaces) {
    for (const auto& other : space.others) refuse(other.place, other.text, other.what);
    std::set<std::string> seen;
    for (const facts::Function& function : space.functions) {
      if (!makers.contains(function.name) || !seen.insert(function.name).second) {
        refuse(function.place, function.name, "function '" + function.name + "'");
      }
    }
    for (const facts::Class& owner : space.classes) {
      if (owner.name != "Model" || !seen.insert("Model").second) {
        refuse(owner.place, owner.name, "class '" + owner.name + "'");
      }
      for (const auto& other : owner.others) {
        if (other.what != "destructor" && other.what != "conversion operator" &&
            other.what != "operator" && other.what != "virtual method" &&
            other.what != "static method" && other.what != "method without a body" &&
            other.what != "defaulted or deleted function") {
          refuse(other.place, other.text, other.what);
        }
      }
    }
  }
  if (model_of(context.file) == nullptr) {
    report(context, "declaration", {context.file.path, 0, 0}, "", "the file has no struct Model");
  }
}

}  // namespace strata
