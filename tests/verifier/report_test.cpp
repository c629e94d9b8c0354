#include "verifier/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "kernels_l0/error.h"
#include "tests/scratch_folder.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

class Report : public testing::Test {
 protected:
  ScratchFolder scratch_;
  fs::path folder_ = scratch_.path();
};

TEST_F(Report, AnErrorIsWorseThanAFail) {
  Judgement judgement;
  judgement.could_not_judge("no archive");
  judgement.fail("wrong");
  EXPECT_EQ(judgement.verdict, Verdict::kError);
  EXPECT_EQ(judgement.reasons.size(), 2u);
}

TEST_F(Report, WritesWholeDocumentsAndLeavesNoTemporaryFile) {
  write_document(folder_ / "a" / "r.json", {{"schema", "x/1"}, {"n", 3}});
  EXPECT_EQ(read_document(folder_ / "a" / "r.json", "x/1").at("n"), 3);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "a"), {}), 1);
}

TEST_F(Report, RefusesToWriteWhereAFileStandsInTheWay) {
  std::ofstream(folder_ / "file") << "x";
  EXPECT_THAT([&] { write_document(folder_ / "file" / "r.json", {}); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("[report.write]")));
}

TEST_F(Report, RefusesAnotherSchema) {
  write_document(folder_ / "r.json", {{"schema", "x/2"}});
  try {
    read_document(folder_ / "r.json", "x/1");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.id(), "report.read");
    EXPECT_EQ(error.where(), (folder_ / "r.json").string() + "#/schema");
  }
}

TEST_F(Report, RefusesAMissingOrTruncatedFile) {
  EXPECT_THAT([&] { read_document(folder_ / "none.json", "x/1"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("the file must be readable")));
  std::ofstream(folder_ / "half.json") << "{\"schema\": \"x/1\"";
  EXPECT_THAT([&] { read_document(folder_ / "half.json", "x/1"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("text that is not JSON")));
}

}  // namespace
}  // namespace strata
