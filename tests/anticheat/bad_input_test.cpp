#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "anticheat/client.h"
#include "kernels_l0/error.h"
#include "tests/anticheat/component.h"
#include "tests/anticheat/scratch.h"

namespace strata {
namespace {

using testing::AllOf;
using testing::HasSubstr;

ScanRequest request_for(const std::filesystem::path& file) {
  ScanRequest request;
  request.files.push_back({file, Profile::kParent, 1, std::nullopt, std::nullopt});
  return request;
}

// The error's text, or "" when nothing is thrown.
std::string error_of(const ScanRequest& request) {
  ScanSettings settings = test_settings();
  settings.reuse = true;  // reads the files first, as every caller does
  try {
    require_judged(scan(request, settings));
    return "";
  } catch (const Error& problem) {
    return problem.what();
  }
}

TEST(BadInput, MissingFileIsNamed) {
  EXPECT_THAT(
      error_of(request_for("/nowhere/block.h")),
      AllOf(HasSubstr("[scan.file]"), HasSubstr("/nowhere/block.h"), HasSubstr("must exist")));
}

TEST(BadInput, FolderIsNoFile) {
  const ScratchFolder scratch;
  EXPECT_THAT(error_of(request_for(scratch.path())),
              AllOf(HasSubstr("[scan.file]"), HasSubstr("a folder")));
}

TEST(BadInput, BinaryFileIsNoText) {
  const ScratchFolder scratch;
  const auto file = scratch.write("weights.h", std::string("\x7f"
                                                           "ELF\0\0\0",
                                                           7));
  EXPECT_THAT(error_of(request_for(file)),
              AllOf(HasSubstr("[scan.file]"), HasSubstr("zero byte at offset 4")));
}

TEST(BadInput, FiftyMegabytesAreNoComponent) {
  const ScratchFolder scratch;
  const auto file = scratch.write("large.h", std::string(50U << 20, ' '));
  EXPECT_THAT(error_of(request_for(file)), AllOf(HasSubstr("[scan.file]"), HasSubstr("50 MB")));
}

TEST(BadInput, DeepNestingIsAnError) {
  const ScratchFolder scratch;
  std::string deep = "x";
  for (int i = 0; i < 2000; ++i) deep = "(" + deep + ")";
  const auto file = scratch.write("deep.h", component("deep", "return " + deep + ";"));
  EXPECT_THAT(error_of(request_for(file)),
              AllOf(HasSubstr("[scan.could_not_check]"), HasSubstr("nesting")));
}

TEST(BadInput, LongSumIsAnError) {
  const ScratchFolder scratch;
  std::string sum = "x";
  for (int i = 0; i < 3000; ++i) sum += " + x";
  const auto file = scratch.write("long_sum.h", component("long_sum", "return " + sum + ";"));
  EXPECT_THAT(error_of(request_for(file)),
              AllOf(HasSubstr("[scan.could_not_check]"), HasSubstr("nested too deeply")));
}

TEST(BadInput, IncludeCycleEndsWithTheMissingName) {
  const ScratchFolder scratch;
  const auto a = scratch.write(
      "a.h", "#pragma once\n#include \"b.h\"\nnamespace a { struct Model : b::Model {}; }\n");
  const auto b = scratch.write(
      "b.h", "#pragma once\n#include \"a.h\"\nnamespace b { struct Model : a::Model {}; }\n");
  ScanRequest request = request_for(a);
  request.files.push_back({b, Profile::kParent, 1, std::nullopt, std::nullopt});
  EXPECT_THAT(error_of(request), AllOf(HasSubstr("[scan.could_not_check]"), HasSubstr("b.h:3")));
}

TEST(BadInput, CycleWithoutGuardIsAnError) {
  const ScratchFolder scratch;
  const auto file = scratch.write("self.h", "#include \"self.h\"\n");
  EXPECT_THAT(error_of(request_for(file)),
              AllOf(HasSubstr("[scan.could_not_check]"), HasSubstr("nested too deeply")));
}

TEST(BadInput, MissingChildIsNamedWithItsPlace) {
  const ScratchFolder scratch;
  const auto file = scratch.write("block.h", "#pragma once\n#include \"child.h\"\n");
  EXPECT_THAT(error_of(request_for(file)), AllOf(HasSubstr("[scan.could_not_check]"),
                                                 HasSubstr("child.h"), HasSubstr("block.h:2:10")));
}

TEST(BadInput, SyntaxErrorHasItsPlace) {
  const ScratchFolder scratch;
  const auto file = scratch.write("block.h", component("block", "return x +;"));
  EXPECT_THAT(error_of(request_for(file)),
              AllOf(HasSubstr("expected expression"), HasSubstr("block.h:")));
}

TEST(BadInput, EmptyFileHasNoModel) {
  const ScratchFolder scratch;
  const ScanReply reply = scan(request_for(scratch.write("empty.h", "")), test_settings());
  ASSERT_EQ(reply.findings.size(), 1U);
  EXPECT_EQ(reply.findings[0].rule, "declaration");
}

TEST(BadInput, NameThatDoesNotResolveIsAnError) {
  const ScratchFolder scratch;
  const auto file = scratch.write("block.h", component("block", "return nowhere::call(x);"));
  EXPECT_THAT(error_of(request_for(file)), HasSubstr("[scan.could_not_check]"));
}

TEST(BadInput, ScannerThatIsNotThereIsAnError) {
  const ScratchFolder scratch;
  ScanSettings settings = test_settings();
  settings.program = scratch.path() / "none";
  EXPECT_THROW(scan(request_for(scratch.write("a.h", "")), settings), Error);
}

std::string error_of_program(const ScratchFolder& scratch, const std::string& script,
                             ScanSettings settings) {
  settings.program = scratch.write("program.sh", script);
  std::filesystem::permissions(settings.program, std::filesystem::perms::owner_all);
  try {
    scan(request_for(scratch.write("a.h", "")), settings);
    return "";
  } catch (const Error& problem) {
    return problem.what();
  }
}

TEST(BadInput, ScannerThatCrashesIsAnError) {
  const ScratchFolder scratch;
  EXPECT_THAT(error_of_program(scratch, "#!/bin/sh\nkill -SEGV $$\n", test_settings()),
              AllOf(HasSubstr("[scan.could_not_check]"), HasSubstr("signal 11")));
}

TEST(BadInput, ScannerThatHangsIsAnError) {
  const ScratchFolder scratch;
  ScanSettings settings = test_settings();
  settings.timeout = std::chrono::seconds(1);
  EXPECT_THAT(error_of_program(scratch, "#!/bin/sh\nexec sleep 60\n", settings),
              HasSubstr("no answer within 1 s;"));
}

TEST(BadInput, ScannerThatComputesForeverIsAnError) {
  const ScratchFolder scratch;
  ScanSettings settings = test_settings();
  settings.processor_time = std::chrono::seconds(1);
  EXPECT_THAT(
      error_of_program(scratch, "#!/bin/sh\nwhile :; do :; done\n", settings),
      AllOf(HasSubstr("[scan.could_not_check]"), HasSubstr("within 1 s of processor time")));
}

// On a loaded machine the clock runs on while the scanner waits.
TEST(BadInput, WaitingTakesNoProcessorTime) {
  const ScratchFolder scratch;
  ScanSettings settings = test_settings();
  settings.processor_time = std::chrono::seconds(1);
  EXPECT_THAT(error_of_program(scratch, "#!/bin/sh\nsleep 3\necho late\n", settings),
              HasSubstr("must answer in JSON; got 'late"));
}

TEST(BadInput, AnswerThatIsNotJsonIsAnError) {
  const ScratchFolder scratch;
  EXPECT_THAT(error_of_program(scratch, "#!/bin/sh\necho PASS\n", test_settings()),
              HasSubstr("must answer in JSON; got 'PASS"));
}

TEST(BadInput, TooLittleMemoryIsAnError) {
  const ScratchFolder scratch;
  ScanSettings settings = test_settings();
  settings.memory_limit = 64U << 20;
  EXPECT_THROW(require_judged(
                   scan(request_for(scratch.write("a.h", component("a", "return x;"))), settings)),
               Error);
}

}  // namespace
}  // namespace strata
