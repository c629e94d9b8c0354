#include "verifier/build_ahead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/anticheat/component.h"
#include "tests/scratch_folder.h"
#include "tests/verifier/small_parent.h"

namespace strata {
namespace {

bool answered_in_time(const ComponentSource& source, const JudgedAs& as,
                      const ScratchFolder& scratch) {
  const ScanRequest request = build_request(source, scratch.path() / "asked", as, scan_settings());
  for (int i = 0; i < 6000 && !is_answered(request, scan_settings()); ++i) usleep(10'000);
  return is_answered(request, scan_settings());
}

TEST(BuildAhead, WhatIsBuiltAheadIsFoundOrWaitedFor) {
  const ScratchFolder scratch;
  const ComponentSource source = read_component(
      scratch.write("level_0_kernel/rectifier.h", component("rectifier", "return at::relu(x);")));
  const JudgedAs as = judged_as(source, {});
  build_ahead(source, as, scan_settings());
  ASSERT_TRUE(answered_in_time(source, as, scratch));
  const BuiltComponent built =
      build_component(source, scratch.path() / "built", as, scan_settings());
  EXPECT_TRUE(built.subject.reply.cached);
  EXPECT_TRUE(std::filesystem::exists(built.subject.library));
}

TEST(BuildAhead, NothingIsBuiltForACacheThatTakesNothing) {
  const ScratchFolder scratch;
  const ComponentSource source = read_component(
      scratch.write("level_0_kernel/rectifier.h", component("rectifier", "return at::relu(x);")));
  ScanSettings settings = scan_settings();
  settings.cache = scratch.write("no_folder", "");
  settings.program =
      scratch.write("scanner", "#!/bin/sh\ntouch " + (scratch.path() / "started").string() + "\n");
  std::filesystem::permissions(settings.program, std::filesystem::perms::owner_all);
  build_ahead(source, judged_as(source, {}), settings);
  usleep(300'000);
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "started"));
}

TEST(BuildAhead, WhatCantBeBuiltIsLeftToBeSaid) {
  const ScratchFolder scratch;
  const ComponentSource source = read_component(
      scratch.write("level_0_kernel/rectifier.h", component("rectifier", "return at::relu(y);")));
  const JudgedAs as = judged_as(source, {});
  build_ahead(source, as, scan_settings(), Turn::kLeaves);
  EXPECT_ANY_THROW(build_component(source, scratch.path() / "built", as, scan_settings()));
}

TEST(BuildAhead, AFileIsJudgedAsItsPlaceSaysOrAsRawCode) {
  const ScratchFolder scratch;
  const auto file =
      scratch.write("level_0_kernel/rectifier.h", component("rectifier", "return at::relu(x);"));
  const ComponentSource source = read_component(file);
  EXPECT_EQ(judged_as(source, {}).profile, Profile::kCatalogueL0);
  EXPECT_EQ(judged_as(source, {file}).profile, Profile::kUserKernel);
}

}  // namespace
}  // namespace strata
