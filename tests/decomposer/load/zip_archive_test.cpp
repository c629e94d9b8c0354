#include "decomposer/load/zip_archive.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "kernels_l0/error.h"
#include "tests/broken/small_archive.h"
#include "tests/scratch_folder.h"

namespace strata {
namespace {

using testing::HasSubstr;

ZipArchive open(const std::string& bytes) { return {std::as_bytes(std::span(bytes)), "test.pt2"}; }

std::string error_of_zip(const std::string& bytes) {
  try {
    open(bytes);
  } catch (const Error& error) {
    return error.what();
  }
  return "opened";
}

TEST(ZipArchive, FindsEntriesBelowAnyRootFolder) {
  const std::string bytes = zip_of({{"a/b", "hello"}, {"c", ""}}, "some root");
  const ZipArchive archive = open(bytes);
  ASSERT_EQ(archive.entries().size(), 2U);
  EXPECT_EQ(archive.text("a/b"), "hello");
  EXPECT_EQ(bytes.substr(archive.find("a/b")->offset, archive.find("a/b")->size), "hello");
  EXPECT_EQ(archive.find("missing"), nullptr);
}

TEST(ZipArchive, ChecksTheCrcOfTexts) {
  std::string bytes = zip_of({{"a", "hello"}});
  bytes[bytes.find("hello")] = 'j';
  const ZipArchive archive = open(bytes);
  EXPECT_FALSE(archive.crc_holds(*archive.find("a")));
  EXPECT_THROW(archive.text("a"), Error);
}

TEST(ZipArchive, RefusesWhatIsNoZip) {
  EXPECT_THAT(error_of_zip("hello"), HasSubstr("without a zip directory"));
  EXPECT_THAT(error_of_zip(std::string(100'000, '\0')), HasSubstr("without a zip directory"));
}

TEST(ZipArchive, RefusesEveryTruncation) {
  const std::string bytes = zip_of({{"a", "hello"}, {"b", "world"}});
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_NE(error_of_zip(bytes.substr(0, size)), "opened") << size;
}

TEST(ZipArchive, RefusesEntriesOutsideOneRootFolder) {
  std::string bytes = zip_of({{"a", "x"}, {"b", "y"}}, "root");
  for (std::size_t at = bytes.rfind("root/b"); at != std::string::npos;
       at = bytes.rfind("root/b")) {
    bytes.replace(at, 6, "toor/b");
  }
  EXPECT_THAT(error_of_zip(bytes), HasSubstr("got 'root' and 'toor'"));
  EXPECT_THAT(error_of_zip(zip_of({{"a", "x"}}, "")), HasSubstr("one root folder"));
}

TEST(ZipArchive, RefusesTwoEntriesOfOneName) {
  std::string bytes = zip_of({{"a", "x"}, {"b", "y"}});
  for (std::size_t at = bytes.rfind("small/b"); at != std::string::npos;
       at = bytes.rfind("small/b")) {
    bytes.replace(at, 7, "small/a");
  }
  EXPECT_THAT(error_of_zip(bytes), HasSubstr("got 'small/a' twice"));
}

TEST(ZipArchive, RefusesCompressedEntries) {
  std::string bytes = zip_of({{"a", "x"}});
  bytes[8] = 8;                              // the local header's method
  bytes[bytes.find("PK\x01\x02") + 10] = 8;  // the directory's
  EXPECT_THAT(error_of_zip(bytes), HasSubstr("compressed"));
}

TEST(ZipArchive, RefusesOverlappingEntries) {
  std::string bytes = zip_of({{"a", "xx"}, {"a", "xx"}, {"b", "xx"}});
  const std::size_t second = bytes.find("PK\x01\x02", bytes.find("PK\x01\x02") + 1);
  const std::size_t local = bytes.find("PK\x03\x04", 1);
  for (int i = 0; i < 4; ++i)
    bytes[second + 42 + static_cast<std::size_t>(i)] = 0;  // both at the first entry's header
  bytes[local + 30 + 6] = 'a';
  EXPECT_NE(error_of_zip(bytes), "opened");
}

void append(std::string& text, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) text += static_cast<char>((number >> (8 * i)) & 0xFF);
}

// One entry whose sizes and offset stand in 64-bit fields, as in archives of more than 4 GB.
std::string zip64_of(const std::string& name, const std::string& data, std::uint64_t claimed_size) {
  constexpr std::uint64_t kElsewhere = 0xFFFFFFFF;
  const auto header = [&](std::size_t extra) {
    std::string text;
    append(text, 45, 2);
    append(text, 0, 8);  // flags, method, time, date
    append(text,
           crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size())),
           4);
    append(text, kElsewhere, 4);
    append(text, kElsewhere, 4);
    append(text, name.size(), 2);
    append(text, extra, 2);
    return text;
  };
  std::string sizes;
  append(sizes, claimed_size, 8);
  append(sizes, claimed_size, 8);
  std::string file = "PK\x03\x04" + header(20) + name;
  append(file, 1, 2);
  append(file, 16, 2);
  file += sizes + data;

  const std::size_t directory = file.size();
  file += "PK\x01\x02";
  append(file, 45, 2);
  file += header(28);
  file += std::string(10, '\0');  // comment, disk, attributes
  append(file, kElsewhere, 4);
  file += name;
  append(file, 1, 2);
  append(file, 24, 2);
  file += sizes;
  append(file, 0, 8);  // the entry's offset

  const std::size_t end = file.size();
  file += "PK\x06\x06";
  append(file, 44, 8);
  append(file, 45, 2);
  append(file, 45, 2);
  append(file, 0, 8);  // disks
  append(file, 1, 8);
  append(file, 1, 8);
  append(file, end - directory, 8);
  append(file, directory, 8);
  file += "PK\x06\x07";
  append(file, 0, 4);
  append(file, end, 8);
  append(file, 1, 4);
  file += "PK\x05\x06";
  append(file, 0, 4);
  append(file, 0xFFFF, 2);
  append(file, 0xFFFF, 2);
  append(file, kElsewhere, 4);
  append(file, kElsewhere, 4);
  append(file, 0, 2);
  return file;
}

TEST(ZipArchive, ReadsTheFieldsOfLargeArchives) {
  const std::string bytes = zip64_of("root/a", "hello", 5);
  EXPECT_EQ(open(bytes).text("a"), "hello");
}

TEST(ZipArchive, RefusesSizesBeyondTheFile) {
  for (const std::uint64_t size :
       {std::uint64_t{6000}, std::uint64_t{1} << 40, ~std::uint64_t{0}, ~std::uint64_t{0} - 40}) {
    EXPECT_THAT(error_of_zip(zip64_of("root/a", "hello", size)), HasSubstr("[load.archive]"))
        << size;
  }
}

class ZipArchiveFile : public testing::Test {
 protected:
  std::string error_of_file(const std::filesystem::path& path) {
    try {
      ZipArchive archive{path};
    } catch (const Error& error) {
      return error.what();
    }
    return "opened";
  }
  ScratchFolder scratch_;
  std::filesystem::path folder_ = scratch_.path();
};

TEST_F(ZipArchiveFile, MapsAFile) {
  std::ofstream(folder_ / "good.pt2", std::ios::binary) << zip_of({{"a", "hello"}});
  const ZipArchive archive{folder_ / "good.pt2"};
  EXPECT_EQ(archive.text("a"), "hello");
}

TEST_F(ZipArchiveFile, NamesAMissingFileAFolderAndAnEmptyFile) {
  std::ofstream(folder_ / "empty.pt2").flush();
  EXPECT_THAT(error_of_file(folder_ / "none.pt2"), HasSubstr("No such file"));
  EXPECT_THAT(error_of_file(folder_), HasSubstr("got a folder"));
  EXPECT_THAT(error_of_file(folder_ / "empty.pt2"), HasSubstr("is empty"));
}

}  // namespace
}  // namespace strata
