#include "kernels_l0/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

namespace strata {
namespace {

TEST(Catalogue, NamesAreUniqueAndInSnakeCase) {
  std::set<std::string> names;
  for (const Kernel& kernel : catalogue()) {
    EXPECT_TRUE(names.insert(kernel.name).second) << kernel.name;
    EXPECT_TRUE(std::all_of(kernel.name.begin(), kernel.name.end(), [](unsigned char c) {
      return std::islower(c) || std::isdigit(c) || c == '_';
    })) << kernel.name;
  }
}

TEST(Catalogue, EveryKernelHasAFileOfItsNameAndEveryFileAKernel) {
  const std::set<std::string> others = {"catalogue", "count",       "error",
                                        "formulas",  "operation",   "operator_flops",
                                        "plumbing",  "scalar_type", "sha256"};
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(STRATA_SOURCE_DIR "/kernels_l0")) {
    const std::string stem = entry.path().stem().string();
    if (entry.path().extension() == ".cpp" && !others.contains(stem)) files.insert(stem);
  }
  std::set<std::string> names;
  for (const Kernel& kernel : catalogue()) names.insert(kernel.name);
  EXPECT_EQ(files, names);
}

TEST(Catalogue, NoPatternStandsTwice) {
  std::set<std::string> patterns;
  for (const Kernel& kernel : catalogue()) {
    for (const std::string& pattern : kernel.patterns) {
      EXPECT_TRUE(patterns.insert(pattern).second) << kernel.name << ": " << pattern;
    }
  }
}

}  // namespace
}  // namespace strata
