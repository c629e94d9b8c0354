#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/end_to_end/program.h"

// The flags of isolation, and what the reports say of it. What it stops: tests/hostile.

namespace strata {
namespace {

using nlohmann::json;

TEST(Isolation, StandsInTheReports) {
  const Emitted emitted("in_place");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 0) << reasons(ended);
  EXPECT_EQ(json::parse(ended.out).at("isolation").at("enforced").size(), 7u);
  std::ifstream file(emitted.folder() / "verification" / "composition_test.json");
  const json isolation = json::parse(file).at("isolation");
  EXPECT_EQ(isolation.at("limits").at("memory_bytes"), std::uint64_t{8} << 30);
  EXPECT_EQ(isolation.at("limits").at("processes"), 0);
  EXPECT_EQ(isolation.at("not_enforced"), json::array());
}

TEST(Isolation, BeyondItsLimitAComponentFails) {
  const Emitted emitted("gpt2_small");
  const Ended ended = emitted.verify({"--memory-limit", "64K"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(reasons(ended),
              testing::ContainsRegex("the refactored component .*(memory|limit exceeded)"));
}

}  // namespace
}  // namespace strata
