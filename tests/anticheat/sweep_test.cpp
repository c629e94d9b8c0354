#include "anticheat/sweep.h"

#include <gtest/gtest.h>

#include <chrono>

#include "tests/scratch_folder.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

class Sweep : public testing::Test {
 protected:
  // A file of the cache that was used so many days ago.
  fs::path used(const std::string& name, int days) const {
    const fs::path file = cache_.write(name, "x");
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::days(days));
    return file;
  }
  void sweep() const { sweep_cache(cache_.path()); }
  ScratchFolder cache_;
};

TEST_F(Sweep, RemovesWhatNobodyHasUsedForTwoWeeks) {
  const fs::path old_scan = used("scans/a.json", 15);
  const fs::path young_scan = used("scans/b.json", 13);
  const fs::path old_verdict = used("verdicts/a.json", 15);
  const fs::path old_header = used("header-a.pch", 15);
  sweep();
  EXPECT_FALSE(fs::exists(old_scan));
  EXPECT_TRUE(fs::exists(young_scan));
  EXPECT_FALSE(fs::exists(old_verdict));
  EXPECT_FALSE(fs::exists(old_header));
}

TEST_F(Sweep, WhatBelongsTogetherStaysTogether) {
  const fs::path library = used("scans/a.so", 15);
  const fs::path archive = used("header-a.a", 15);
  used("scans/a.json", 1);
  used("header-a.pch", 1);
  sweep();
  EXPECT_TRUE(fs::exists(library));
  EXPECT_TRUE(fs::exists(archive));
}

TEST_F(Sweep, WhatIsUsedStays) {
  const fs::path scan = used("scans/a.json", 15);
  mark_used(scan);
  sweep();
  EXPECT_TRUE(fs::exists(scan));
}

TEST_F(Sweep, LeavesAloneWhatIsNotTheCaches) {
  const fs::path other = used("notes.txt", 100);
  sweep();
  EXPECT_TRUE(fs::exists(other));
}

TEST_F(Sweep, LooksOnceADay) {
  sweep();
  const fs::path scan = used("scans/a.json", 15);
  sweep();
  EXPECT_TRUE(fs::exists(scan));
  used("swept", 2);
  sweep();
  EXPECT_FALSE(fs::exists(scan));
}

}  // namespace
}  // namespace strata
