#pragma once

#include <string>

namespace strata {

// Where something stands in a file; line and column count from 1, 0 means the whole file.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

// One thing in a judged file that the policy does not allow.
struct Finding {
  std::string rule;  // stable id, a key of rule_table()
  Place place;
  std::string text;     // the offending source, shortened to one line
  std::string callee;   // what it resolves to ("at::matmul"), or ""
  std::string message;  // what is wrong, in one sentence
  std::string advice;   // what to write instead
};

}  // namespace strata
