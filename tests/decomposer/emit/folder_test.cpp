#include "decomposer/emit/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "kernels_l0/error.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    base_ = fs::temp_directory_path() / ("strata_folder_test_" + std::to_string(::getpid()));
    fs::remove_all(base_);
    fs::create_directories(base_);
    out_ = base_ / "out";
  }
  void TearDown() override { fs::remove_all(base_); }

  static std::string read(const fs::path& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  static void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  // The id and message of the Error that writing throws; "" when it throws none.
  std::string refusal(const FileTexts& files, bool force = false) const {
    try {
      write_folder(out_, files, force);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }
  std::vector<std::string> beside() const {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(base_))
      names.push_back(entry.path().filename());
    std::ranges::sort(names);
    return names;
  }

  const FileTexts files_ = {{"a.h", "one\n"}, {"level/b.h", "two\n"}};
  fs::path base_;
  fs::path out_;
};

TEST_F(Folder, IsWrittenWholeWithAManifest) {
  write_folder(out_, files_, false);
  EXPECT_EQ(read(out_ / "level" / "b.h"), "two\n");
  EXPECT_THAT(read(out_ / "manifest.json"), HasSubstr("\"level/b.h\""));
  EXPECT_THAT(beside(), testing::ElementsAre("out"));
}

TEST_F(Folder, ReplacesAnEarlierOutput) {
  write_folder(out_, files_, false);
  write(out_ / "verification" / "summary.json", "{}");
  write(out_ / "steps" / "step_01" / "verification_result.json", "{}");
  write_folder(out_, {{"c.h", "three\n"}}, false);
  EXPECT_EQ(read(out_ / "c.h"), "three\n");
  EXPECT_FALSE(fs::exists(out_ / "a.h")) << "files of the earlier output must not stay";
  EXPECT_FALSE(fs::exists(out_ / "verification")) << "a verdict on another output must not stay";
  EXPECT_THAT(beside(), testing::ElementsAre("out"));
}

TEST_F(Folder, NeverOverwritesAnEdit) {
  write_folder(out_, files_, false);
  write(out_ / "level" / "b.h", "mine\n");
  EXPECT_THAT(refusal(files_),
              testing::AllOf(HasSubstr("[emit.edited]"), HasSubstr("1 edited or added file"),
                             HasSubstr("level/b.h")));
  EXPECT_EQ(read(out_ / "level" / "b.h"), "mine\n");
  EXPECT_EQ(refusal(files_, true), "");
  EXPECT_EQ(read(out_ / "level" / "b.h"), "two\n");
}

TEST_F(Folder, NeverRemovesAnAddedFile) {
  write_folder(out_, files_, false);
  write(out_ / "notes.txt", "mine\n");
  EXPECT_THAT(refusal(files_), testing::AllOf(HasSubstr("[emit.edited]"), HasSubstr("notes.txt")));
  EXPECT_EQ(read(out_ / "notes.txt"), "mine\n");
}

TEST_F(Folder, NeverTouchesAForeignFolderEvenByForce) {
  write(out_ / "thesis.tex", "years of work\n");
  EXPECT_THAT(refusal(files_, true), HasSubstr("[emit.foreign_folder]"));
  EXPECT_EQ(read(out_ / "thesis.tex"), "years of work\n");
  write(out_ / "manifest.json", "{\"schema\": \"manifest/2\", \"files\": {}}");
  EXPECT_THAT(refusal(files_, true), HasSubstr("[emit.foreign_folder]"))
      << "a manifest of another version is not ours to judge";
}

TEST_F(Folder, AFileInItsPlaceIsForeign) {
  write(out_, "a file\n");
  EXPECT_THAT(refusal(files_, true), HasSubstr("[emit.foreign_folder]"));
}

TEST_F(Folder, WritesIntoAnEmptyFolder) {
  fs::create_directories(out_);
  EXPECT_EQ(refusal(files_), "");
  EXPECT_TRUE(fs::exists(out_ / "a.h"));
}

TEST_F(Folder, AFullDiskLeavesTheEarlierOutputAndNothingElse) {
  write_folder(out_, files_, false);
  // The size limit of files plays the full disk.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1024, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = refusal({{"a.h", std::string(5000, 'x')}});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  ::signal(SIGXFSZ, handler);
  EXPECT_THAT(message, testing::AllOf(HasSubstr("[emit.write]"), HasSubstr("File too large")));
  EXPECT_EQ(read(out_ / "a.h"), "one\n");
  EXPECT_THAT(beside(), testing::ElementsAre("out"));
}

TEST_F(Folder, AnUnwritablePlaceIsAnError) {
  write(base_ / "file", "");
  out_ = base_ / "file" / "out";
  EXPECT_THAT(refusal(files_), HasSubstr("[emit.write]"));
  out_ = "/proc/strata_out";
  EXPECT_THAT(refusal(files_), HasSubstr("[emit.write]"));
}

TEST_F(Folder, RemovesWhatAnInterruptedRunLeft) {
  // No process has this number: it is above the largest that Linux gives.
  write(base_ / ".out.partial-4999999" / "a.h", "half\n");
  write(base_ / ".out.partial-1" / "a.h", "a run that goes on\n");
  write_folder(out_, files_, false);
  EXPECT_THAT(beside(), testing::ElementsAre(".out.partial-1", "out"));
}

}  // namespace
}  // namespace strata
