#include "decomposer/load/json_document.h"

#include <gmock/gmock.h>

#include <cmath>
#include <functional>
#include <limits>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using testing::HasSubstr;

// The message that reading a text ends with; "read" without one.
std::string error_of(std::string_view text, const std::function<void(JsonValue)>& read = {}) {
  try {
    const JsonDocument document(text, "test.json");
    if (read) read(document.root());
  } catch (const Error& error) {
    return error.what();
  }
  return "read";
}

TEST(JsonDocument, ReadsEveryKindOfValue) {
  const JsonDocument document(R"({"a": [true, null, -3, 2.5, "téxt\n"]})", "test.json");
  const JsonValue list = document.root().member("a");
  ASSERT_EQ(list.size(), 5U);
  EXPECT_TRUE(list.at(0).boolean());
  EXPECT_TRUE(list.at(1).is_null());
  EXPECT_EQ(list.at(2).integer(), -3);
  EXPECT_EQ(list.at(3).real(), 2.5);
  EXPECT_EQ(list.at(4).string(), "téxt\n");
}

TEST(JsonDocument, KeepsAllBitsOfIntegers) {
  const JsonDocument document("[9223372036854775807, -9223372036854775808]", "test.json");
  EXPECT_EQ(document.root().at(0).integer(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(document.root().at(1).integer(), std::numeric_limits<std::int64_t>::min());
}

TEST(JsonDocument, TakesNoRealForAnInteger) {
  for (const char* text :
       {"3.7", "3.0", "3e0", "9223372036854775808", "1e300", "true", "\"3\"", "null"}) {
    EXPECT_THAT(error_of(text, [](JsonValue v) { v.integer(); }), HasSubstr("expected an integer"))
        << text;
  }
}

TEST(JsonDocument, TakesNoIntegerForABooleanOrReal) {
  EXPECT_THAT(error_of("1", [](JsonValue v) { v.boolean(); }), HasSubstr("expected a boolean"));
  EXPECT_THAT(error_of("1", [](JsonValue v) { v.real(); }), HasSubstr("expected a real number"));
}

TEST(JsonDocument, ReadsInfinitiesFromStrings) {
  const JsonDocument document(R"(["Infinity", "-Infinity", "NaN", "infinity"])", "test.json");
  EXPECT_EQ(document.root().at(0).real(), std::numeric_limits<double>::infinity());
  EXPECT_EQ(document.root().at(1).real(), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(document.root().at(2).real()));
  EXPECT_THROW(document.root().at(3).real(), Error);
}

TEST(JsonDocument, RefusesRepeatedKeysInSmallAndLargeObjects) {
  EXPECT_THAT(error_of(R"({"a": [{"b": 1, "c": 2, "b": 3}]})"), HasSubstr("got 'b' twice"));
  EXPECT_THAT(error_of(R"({"a": [{"b": 1, "c": 2, "b": 3}]})"), HasSubstr("test.json#/a/0)"));
  std::string large = "{\"twice\": 1";
  for (int i = 0; i < 50; ++i) large += ", \"k" + std::to_string(i) + "\": 0";
  EXPECT_EQ(error_of(large + "}"), "read");
  EXPECT_THAT(error_of(large + ", \"twice\": 2}"), HasSubstr("got 'twice' twice"));
}

TEST(JsonDocument, RefusesDeepNesting) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(error_of(nested(64)), "read");
  EXPECT_THAT(error_of(nested(65)), HasSubstr("nest at most 64 deep"));
  EXPECT_THAT(error_of(std::string(1'000'000, '[')), HasSubstr("nest at most 64 deep"));
}

TEST(JsonDocument, RefusesWhatIsNoJson) {
  for (const char* text :
       {"", "{", "[1,]", "{\"a\" 1}", "nul", "[1] 2", "Infinity", "\"\xff\"", "\"a\nb\""}) {
    EXPECT_THAT(error_of(text), HasSubstr("[load.json] test.json: not valid JSON")) << text;
  }
}

TEST(JsonDocument, NamesThePlaceAsAPointer) {
  const auto read = [](JsonValue root) { root.member("a/b").at(1).member("c~d").string(); };
  EXPECT_THAT(error_of(R"({"x": 0, "a/b": [7, {"z": 1, "c~d": 5}]})", read),
              HasSubstr("(at test.json#/a~1b/1/c~0d)"));
}

TEST(JsonDocument, RefusesUnknownAndMissingMembers) {
  EXPECT_THAT(error_of(R"({"a": 1, "b": 2})", [](JsonValue v) { v.allow_only({"a"}); }),
              testing::AllOf(HasSubstr("[load.unknown_key]"), HasSubstr("'b'"), HasSubstr("#/b)")));
  EXPECT_THAT(error_of(R"({"a": 1})", [](JsonValue v) { v.member("b"); }),
              HasSubstr("[load.missing_key]"));
}

}  // namespace
}  // namespace strata
