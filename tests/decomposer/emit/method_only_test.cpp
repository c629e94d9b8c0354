#include "decomposer/emit/method_only.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace strata {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Every NAME of an `at::_ops::NAME::call(` in an inline function. Templates are left: they are for
// symbolic sizes alone.
std::set<std::string> called(const std::string& text) {
  static const std::regex kCall(R"re(at::_ops::(\w+)::call\()re");
  std::set<std::string> names;
  std::istringstream lines(text);
  bool is_inline = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("inline ")) is_inline = true;
    if (line.starts_with("}")) is_inline = false;
    std::smatch match;
    if (is_inline && std::regex_search(line, match, kCall)) names.insert(match[1]);
  }
  return names;
}

// "add_Tensor" -> "add", as ATen/ops/*_ops.h name their structs and operators.
std::map<std::string, std::string> operators_by_struct(const fs::path& ops) {
  static const std::regex kStruct(R"re(struct TORCH_API (\w+) \{[^}]*?name = "aten::(\w+)")re");
  std::map<std::string, std::string> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(ops)) {
    if (!entry.path().filename().string().ends_with("_ops.h")) continue;
    const std::string text = text_of(entry.path());
    for (std::sregex_iterator match(text.begin(), text.end(), kStruct), end; match != end;
         ++match) {
      found[(*match)[1]] = (*match)[2];
    }
  }
  return found;
}

TEST(MethodOnly, IsWhatLibTorchsHeadersSay) {
  const fs::path aten = fs::path(STRATA_TORCH_INCLUDE) / "ATen";
  std::set<std::string> functions;
  for (const fs::directory_entry& entry : fs::directory_iterator(aten / "ops")) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with("_ops.h") || name.ends_with("_native.h") ||
        name.find("dispatch") != std::string::npos)
      continue;
    functions.merge(called(text_of(entry.path())));
  }
  const std::set<std::string> methods = called(text_of(aten / "core" / "TensorBody.h"));
  ASSERT_GT(functions.size(), 2000u);
  ASSERT_GT(methods.size(), 500u);

  std::set<std::string> expected;
  for (const auto& [structure, name] : operators_by_struct(aten / "ops")) {
    if (methods.contains(structure) && !functions.contains(structure)) expected.insert(name);
  }
  const std::set<std::string> listed(method_only_names().begin(), method_only_names().end());
  std::vector<std::string> missing;
  std::ranges::set_difference(expected, listed, std::back_inserter(missing));
  std::vector<std::string> wrong;
  std::ranges::set_difference(listed, expected, std::back_inserter(wrong));
  EXPECT_THAT(missing, testing::IsEmpty());
  EXPECT_THAT(wrong, testing::IsEmpty());
}

TEST(MethodOnly, KnowsCommonOnes) {
  EXPECT_TRUE(is_method_only("view"));
  EXPECT_TRUE(is_method_only("add_"));
  EXPECT_FALSE(is_method_only("add"));
  EXPECT_FALSE(is_method_only("relu_"));
}

}  // namespace
}  // namespace strata
