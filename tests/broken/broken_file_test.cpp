// The file and its entries.

#include <gmock/gmock.h>

#include <span>

#include "decomposer/load/load.h"
#include "kernels_l0/error.h"
#include "tests/broken/small_archive.h"

namespace strata {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(BrokenFile, IsSoundBeforeItIsBroken) { EXPECT_EQ(error_of(SmallArchive()), "loaded"); }

TEST(BrokenFile, TruncatedAnywhereIsRefused) {
  const std::string bytes = SmallArchive().bytes();
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_THAT(error_of(bytes.substr(0, size)), HasSubstr("[load.archive]"))
        << size << " of " << bytes.size();
  }
}

// A flipped bit in a weight is found by check_weights(); one anywhere else, on load.
TEST(BrokenFile, AFlippedBitInTheProgramIsRefused) {
  const std::string bytes = SmallArchive().bytes();
  const std::size_t start = bytes.find("{\"graph_module\"");
  const std::size_t end = bytes.find("PK", start);
  for (std::size_t at = start; at < end; at += 11) {
    std::string flipped = bytes;
    flipped[at] ^= 0x10;
    EXPECT_THAT(error_of(flipped), AllOf(HasSubstr("'models/model.json'"), HasSubstr("CRC-32")))
        << at;
  }
}

TEST(BrokenFile, AFlippedBitInAConfigurationIsRefused) {
  std::string bytes = SmallArchive().bytes();
  bytes[bytes.find("\"weight_0\"") + 8] = '1';
  EXPECT_THAT(error_of(bytes), AllOf(HasSubstr("model_weights_config.json"), HasSubstr("CRC-32")));
}

// Padding and times may change unseen; the program and the weights may not.
TEST(BrokenFile, ABitFlippedAnywhereIsRefusedOrChangesNothing) {
  const std::string bytes = SmallArchive().bytes();
  const std::string digest = load_bytes(bytes).archive_digest;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] ^= static_cast<char>(1 << (at % 8));
    if (error_of(flipped) != "loaded") continue;
    const ZipArchive archive(std::as_bytes(std::span(flipped)), "flipped.pt2");
    const Graph graph = load_archive(archive, "flipped.pt2");
    bool weights_hold = true;
    for (const Storage& storage : graph.storages) {
      weights_hold = weights_hold && archive.crc_holds(*archive.find(storage.record));
    }
    EXPECT_TRUE(graph.archive_digest == digest || !weights_hold) << "byte " << at;
  }
}

TEST(BrokenFile, AnotherZipIsRefused) {
  EXPECT_THAT(error_of(zip_of({{"readme", "hello"}})), HasSubstr("it is missing"));
  EXPECT_THAT(error_of(zip_of({})), HasSubstr("[load.archive]"));
  EXPECT_THAT(error_of("%PDF-1.5 and so on"), HasSubstr("a .pt2 archive is a zip file"));
}

TEST(BrokenFile, OtherFormatsVersionsAndByteOrdersAreRefused) {
  for (const auto& [entry, text] :
       {std::pair{"archive_format", "aoti"}, {"archive_version", "1"}, {"byteorder", "big"}}) {
    SmallArchive archive;
    archive.records[entry] = text;
    EXPECT_THAT(error_of(archive),
                AllOf(HasSubstr("[load.format]"), HasSubstr(entry), HasSubstr(text)));
    archive.records.erase(entry);
    EXPECT_THAT(error_of(archive), HasSubstr("it is missing"));
  }
}

TEST(BrokenFile, AnArchiveWithoutOrWithTwoModelsIsRefused) {
  auto entries = SmallArchive().entries();
  entries["models/other.json"] = entries["models/model.json"];
  EXPECT_THAT(error_of(zip_of(entries)),
              HasSubstr("an archive holds one model; got 'model' and 'other'"));
  entries.erase("models/model.json");
  EXPECT_THAT(error_of(zip_of(entries)), HasSubstr("data/weights/other_weights_config.json"));
  entries.erase("models/other.json");
  EXPECT_THAT(error_of(zip_of(entries)), HasSubstr("models/NAME.json"));
}

TEST(BrokenFile, AMissingConfigurationIsRefused) {
  for (const char* entry :
       {"data/weights/model_weights_config.json", "data/constants/model_constants_config.json"}) {
    auto entries = SmallArchive().entries();
    entries.erase(entry);
    EXPECT_THAT(error_of(zip_of(entries)), HasSubstr(entry));
  }
}

TEST(BrokenFile, AMissingFileIsNamed) {
  try {
    load_archive("no/such/model.pt2");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("no/such/model.pt2"), HasSubstr("No such file")));
  }
}

}  // namespace
}  // namespace strata
