#include "anticheat/component_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels_l0/error.h"
#include "tests/anticheat/scratch.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string error_of(const fs::path& file) {
  try {
    component_files(file);
    return "";
  } catch (const Error& problem) {
    return problem.what();
  }
}

TEST(QuotedIncludes, AreThoseOfLinesOfTheirOwn) {
  EXPECT_THAT(quoted_includes("#include \"a.h\"\n  #  include\t\"b.h\"  // why\r\n"
                              "#include <c.h>\n// #include \"d.h\"\n#include \"e.h"),
              ElementsAre("a.h", "b.h"));
  EXPECT_THAT(quoted_includes("#include \"\"\n#include\n#\n"), IsEmpty());
}

TEST(ComponentFiles, ChildrenOfChildrenBelongToIt) {
  const ScratchFolder scratch;
  const fs::path leaf = scratch.write("level_0_kernel/leaf.h", "");
  const fs::path middle =
      scratch.write("level_1_fusion/middle.h", "#include \"../level_0_kernel/leaf.h\"\n");
  const fs::path top = scratch.write("top.h",
                                     "#include \"level_1_fusion/middle.h\"\n"
                                     "#include \"level_0_kernel/leaf.h\"\n");
  EXPECT_THAT(component_files(top).files, ElementsAre(top, middle, leaf));
}

TEST(ComponentFiles, FilesThatIncludeEachOtherAreListedOnce) {
  const ScratchFolder scratch;
  const fs::path a = scratch.write("a.h", "#include \"b.h\"\n");
  const fs::path b = scratch.write("b.h", "#include \"a.h\"\n#include \"b.h\"\n");
  const ComponentFiles component = component_files(a);
  EXPECT_THAT(component.files, ElementsAre(a, b));
  for (const JudgedFile& judged : judged_files(component, Profile::kParent))
    EXPECT_EQ(judged.level, 3);
}

TEST(ComponentFiles, AMissingChildIsLeftToTheScan) {
  const ScratchFolder scratch;
  const fs::path top = scratch.write("top.h", "#include \"gone.h\"\n");
  const ComponentFiles component = component_files(top);
  EXPECT_THAT(component.files, ElementsAre(top));
  EXPECT_THAT(component.includes.at(top), ElementsAre(scratch.path() / "gone.h"));
}

TEST(ComponentFiles, ANameThatNoFileCanHaveIsLeftToTheScan) {
  const ScratchFolder scratch;
  const fs::path top = scratch.write("top.h", "#include \"" + std::string(100'000, 'x') + "\"\n");
  EXPECT_THAT(component_files(top).files, ElementsAre(top));
}

TEST(ComponentFiles, FiftyMegabytesAreNoneNeitherAsAChild) {
  const ScratchFolder scratch;
  const fs::path large = scratch.write("large.h", std::string(50U << 20, ' '));
  EXPECT_THAT(error_of(large), HasSubstr("50 MB"));
  EXPECT_THAT(error_of(scratch.write("top.h", "#include \"large.h\"\n")), HasSubstr("50 MB"));
}

// std::regex overflows the stack on such a line.
TEST(ComponentFiles, OneLineOfEightMegabytesIsRead) {
  const ScratchFolder scratch;
  const std::string line(7U << 20, 'n');
  EXPECT_EQ(error_of(scratch.write("line.h", "#include \"" + line)), "");
  EXPECT_EQ(error_of(scratch.write("name.h", "namespace " + line)), "");
}

TEST(ComponentFiles, ABinaryChildOrAFolderIsNone) {
  const ScratchFolder scratch;
  scratch.write("data.h", std::string("\x7f"
                                      "ELF\0",
                                      5));
  EXPECT_THAT(error_of(scratch.write("a.h", "#include \"data.h\"\n")), HasSubstr("zero byte"));
  EXPECT_THAT(error_of(scratch.write("b.h", "#include \".\"\n")), HasSubstr("a folder"));
}

std::vector<Profile> profiles(const fs::path& file, Profile profile) {
  std::vector<Profile> all;
  for (const JudgedFile& judged : judged_files(component_files(file), profile))
    all.push_back(judged.profile);
  return all;
}

TEST(JudgedFiles, ChildrenAreWhatTheirIncludesAndFoldersSay) {
  const ScratchFolder scratch;
  scratch.write("level_0_kernel/leaf.h", "");
  scratch.write("flat.h", "");
  scratch.write("middle.h", "#include \"level_0_kernel/leaf.h\"\n");
  const fs::path top = scratch.write(
      "top.h", "#include \"middle.h\"\n#include \"flat.h\"\n#include \"level_0_kernel/leaf.h\"\n");
  EXPECT_THAT(profiles(top, Profile::kParent), ElementsAre(Profile::kParent, Profile::kParent,
                                                           Profile::kFlat, Profile::kCatalogueL0));
  EXPECT_THAT(profiles(top, Profile::kUserKernel), testing::Each(Profile::kUserKernel));
}

TEST(JudgedFiles, AUsersOwnKernelBringsWhatItIncludes) {
  const ScratchFolder scratch;
  const fs::path leaf = scratch.write("level_0_kernel/leaf.h", "#include \"rows.h\"\n");
  scratch.write("level_0_kernel/rows.h", "");
  scratch.write("level_0_kernel/other.h", "");
  const fs::path top = scratch.write(
      "top.h", "#include \"level_0_kernel/leaf.h\"\n#include \"level_0_kernel/other.h\"\n");
  std::map<std::string, std::pair<Profile, int>> judged;
  for (const JudgedFile& each : judged_files(component_files(top), Profile::kParent, {leaf}))
    judged[each.file.filename()] = {each.profile, each.level.value()};
  EXPECT_EQ(judged["top.h"], std::pair(Profile::kParent, 1));
  EXPECT_EQ(judged["leaf.h"], std::pair(Profile::kUserKernel, 0));
  EXPECT_EQ(judged["rows.h"], std::pair(Profile::kUserKernel, 0));
  EXPECT_EQ(judged["other.h"], std::pair(Profile::kCatalogueL0, 0));
}

TEST(JudgedFiles, AUsersOwnKernelIsOneOfThem) {
  const ScratchFolder scratch;
  const fs::path leaf = scratch.write("leaf.h", "");
  EXPECT_NO_THROW(require_among({leaf}, {scratch.path() / "." / "leaf.h"}));
  EXPECT_THAT([&] { require_among({leaf}, {scratch.write("stray.h", "")}); },
              testing::ThrowsMessage<Error>(HasSubstr("[scan.user_kernel]")));
}

TEST(JudgedFiles, AFileOutsideTheFoldersIsOneLevelAboveItsChildren) {
  const ScratchFolder scratch;
  scratch.write("level_0_kernel/leaf.h", "");
  scratch.write("level_2_layer/layer.h", "#include \"../level_0_kernel/leaf.h\"\n");
  const auto level = [](const fs::path& file) {
    return judged_files(component_files(file), Profile::kParent).front().level;
  };
  EXPECT_EQ(level(scratch.write("one.h", "#include \"level_0_kernel/leaf.h\"\n")), 1);
  EXPECT_EQ(level(scratch.write("two.h", "#include \"one.h\"\n")), 2);
  EXPECT_EQ(level(scratch.write("three.h", "#include \"level_2_layer/layer.h\"\n")), 3);
  EXPECT_EQ(level(scratch.write("four.h", "#include \"three.h\"\n")), 3);
}

}  // namespace
}  // namespace strata
