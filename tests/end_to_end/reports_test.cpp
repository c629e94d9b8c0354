#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/end_to_end/json_schema.h"
#include "tests/end_to_end/program.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// The schema that stands beside the writer of a document; "" when it has none.
fs::path schema_of(const json& document) {
  const std::string name = document.value("schema", "");
  const fs::path file =
      fs::path(STRATA_SOURCE_DIR) / "verifier" / (name.substr(0, name.find('/')) + ".schema.json");
  return fs::exists(file) ? file : fs::path();
}

void expect_to_fit(const fs::path& file) {
  std::ifstream in(file);
  const json document = json::parse(in, nullptr, false);
  ASSERT_TRUE(document.is_object()) << file;
  const fs::path schema = schema_of(document);
  ASSERT_FALSE(schema.empty()) << file;
  EXPECT_EQ(schema_problems(document, schema), std::vector<std::string>{}) << file;
}

TEST(Schemas, FitEveryReportOfAPass) {
  const Emitted emitted("tied_weights");
  ASSERT_EQ(emitted.verify().exit_code, 0);
  for (const auto& entry : fs::directory_iterator(emitted.folder() / "verification"))
    expect_to_fit(entry.path());
  for (const auto& step : fs::directory_iterator(emitted.folder() / "steps")) {
    expect_to_fit(step.path() / "verification_result.json");
    expect_to_fit(step.path() / "coverage_report.json");
  }
}

TEST(Schemas, FitTheReportsOfAFail) {
  const Emitted emitted("gpt2_small");
  emitted.edit(emitted.component("layer_norm"), "1e-05", "1e-03");
  EXPECT_EQ(emitted.verify().exit_code, 1);
  for (const auto& step : fs::directory_iterator(emitted.folder() / "steps"))
    expect_to_fit(step.path() / "verification_result.json");
}

TEST(Schemas, AreStrict) {
  const json document = {{"schema", "counterexample/1"}, {"trial", "first"}, {"extra", 1}};
  const auto problems = schema_problems(
      document, fs::path(STRATA_SOURCE_DIR) / "verifier" / "counterexample.schema.json");
  const auto says = [&](const std::string& text) {
    return std::ranges::any_of(
        problems, [&](const std::string& one) { return one.find(text) != std::string::npos; });
  };
  EXPECT_TRUE(says("lacks \"command\""));
  EXPECT_TRUE(says("/extra: is not defined"));
  EXPECT_TRUE(says("/trial: is string"));
}

}  // namespace
}  // namespace strata
