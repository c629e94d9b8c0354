#include "anticheat/policy/policy.h"

namespace strata {

// What may stand in a file before its meaning is looked at.
void add_source_policy(Policy& policy) {
  policy.headers = {
      {"ATen/ATen.h", "tensors and their operators"},
      {"torch/nn/module.h", "the base class of components"},
      {"cstdint", "int64_t"},
      {"cmath", "std::sqrt"},
      {"limits", "std::numeric_limits"},
      {"memory", "std::shared_ptr"},
      {"optional", "std::optional"},
      {"string", "names of children in a list"},
      {"tuple", "several outputs"},
      {"utility", "std::pair, std::move"},
      {"vector", "lists"},
  };
  policy.macros = {
      {"INFINITY", "what masks are filled with"},
      {"INT64_MAX", "a bound that means 'to the end'"},
  };
  for (const char* name : {"__and__", "__or__", "__xor__", "__lshift__", "__rshift__"}) {
    policy.reserved_names.push_back({name, "an operator of ATen"});
  }
  for (const char* word :
       {"auto",     "bool",      "char",     "const",   "constexpr", "double", "else",
        "explicit", "false",     "float",    "for",     "if",        "inline", "int",
        "long",     "namespace", "nullptr",  "private", "public",    "return", "struct",
        "this",     "true",      "unsigned", "void",    "and",       "or",     "not"}) {
    policy.keywords.push_back({word, "part of the file format"});
  }
  const std::map<std::string, std::vector<const char*>> refused = {
      {"cast", {"const_cast", "dynamic_cast", "reinterpret_cast", "static_cast"}},
      {"template", {"template", "typename", "concept", "requires"}},
      {"storage", {"static", "thread_local", "extern", "mutable", "volatile", "constinit"}},
      {"exception", {"try", "catch", "throw", "noexcept"}},
      {"jump", {"goto", "switch", "case", "default", "while", "do", "break", "continue"}},
      {"assembly", {"asm"}},
      {"coroutine", {"co_return"}},
      {"allocation", {"new", "delete"}},
      {"method", {"virtual", "operator", "friend"}},
  };
  for (const auto& [rule, words] : refused) {
    for (const char* word : words) policy.keyword_rules[word] = rule;
  }
}

}  // namespace strata
