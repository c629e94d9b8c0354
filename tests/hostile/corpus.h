#pragma once

#include <chrono>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

namespace strata {

// A component file of tests/hostile/components.
struct HostileSubject {
  std::string name;               // its file's and namespace's
  std::filesystem::path library;  // that holds it
  std::string expected;           // a regular expression that one reason of the verdict must match
  std::string original;           // "honest" or "copying": what it pretends to be
  std::chrono::milliseconds time{60'000};  // limit; short for those that are expected to reach it
};

// All of them, by name: every file with a line "// expect: ...".
std::vector<HostileSubject> hostile_corpus();

}  // namespace strata
