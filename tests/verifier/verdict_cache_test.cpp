#include "verifier/verdict_cache.h"

#include <gtest/gtest.h>

#include <fstream>

#include "verifier/temporary_folder.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const json kKey = {{"files", {{"block.h", "12ab"}}}, {"trials", 3}};
const json kVerdict = {{"verdict", "pass"}, {"max_abs_error", 1.25e-7}};

fs::path only_file(const fs::path& folder) { return fs::directory_iterator(folder)->path(); }

void edit(const fs::path& file, const std::string& from, const std::string& to) {
  std::ifstream in(file);
  std::string text((std::istreambuf_iterator<char>(in)), {});
  const std::size_t place = text.find(from);
  ASSERT_NE(place, std::string::npos) << text;
  text.replace(place, from.size(), to);
  std::ofstream(file) << text;
}

TEST(VerdictCache, AnswersTheSameKey) {
  const TemporaryFolder folder;
  const VerdictCache cache(folder.path());
  EXPECT_FALSE(cache.find(kKey));
  cache.store(kKey, kVerdict);
  EXPECT_EQ(cache.find(kKey), kVerdict);
}

TEST(VerdictCache, AnswersNoOtherKey) {
  const TemporaryFolder folder;
  const VerdictCache cache(folder.path());
  cache.store(kKey, kVerdict);
  json other = kKey;
  other["files"]["block.h"] = "12ac";
  EXPECT_FALSE(cache.find(other));
}

TEST(VerdictCache, AnEditedVerdictIsNoAnswer) {
  const TemporaryFolder folder;
  const VerdictCache cache(folder.path());
  cache.store(kKey, {{"verdict", "fail"}});
  edit(only_file(folder.path()), "fail", "pass");
  EXPECT_FALSE(cache.find(kKey));
}

TEST(VerdictCache, ATruncatedEntryIsNoAnswer) {
  const TemporaryFolder folder;
  const VerdictCache cache(folder.path());
  cache.store(kKey, kVerdict);
  fs::resize_file(only_file(folder.path()), 40);
  EXPECT_FALSE(cache.find(kKey));
}

TEST(VerdictCache, AnotherKeysEntryUnderThisNameIsNoAnswer) {
  const TemporaryFolder folder;
  const VerdictCache cache(folder.path());
  cache.store(kKey, kVerdict);
  const fs::path name = only_file(folder.path());
  fs::remove(name);
  cache.store({{"trials", 4}}, kVerdict);
  fs::rename(only_file(folder.path()), name);
  EXPECT_FALSE(cache.find(kKey));
}

TEST(VerdictCache, AFolderThatCannotBeWrittenOnlyCostsTime) {
  const VerdictCache cache("/proc/strata");
  cache.store(kKey, kVerdict);
  EXPECT_FALSE(cache.find(kKey));
}

}  // namespace
}  // namespace strata
