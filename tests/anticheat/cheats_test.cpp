#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include "anticheat/client.h"
#include "tests/anticheat/cheat_pair.h"
#include "tests/anticheat/scratch.h"

namespace strata {
namespace {

std::vector<const Finding*> findings_in(const ScanReply& reply, const std::filesystem::path& file) {
  std::vector<const Finding*> found;
  for (const Finding& finding : reply.findings) {
    if (finding.place.file == std::filesystem::weakly_canonical(file).string())
      found.push_back(&finding);
  }
  return found;
}

std::string told(const std::vector<const Finding*>& findings) {
  std::string text;
  for (const Finding* finding : findings) {
    text += "  line " + std::to_string(finding->place.line) + ": [" + finding->rule + "] " +
            finding->message + "\n";
  }
  return text.empty() ? "  nothing\n" : text;
}

void expect_no_errors(const ScanReply& reply) {
  for (const ScanError& error : reply.errors) {
    ADD_FAILURE() << error.place.file << ":" << error.place.line << ": " << error.message;
  }
}

TEST(Cheats, EachIsCaughtByItsRuleOnItsLine) {
  const CheatSuite suite = read_cheats(STRATA_SOURCE_DIR "/tests/cheats");
  ASSERT_GE(suite.pairs.size(), 150U);
  const ScratchFolder scratch;
  std::size_t caught = 0;
  for (const CheatBatch& batch : write_batches(suite, true, scratch.path())) {
    const ScanReply reply = scan(batch.request, test_settings());
    expect_no_errors(reply);
    for (const CheatPair* pair : batch.pairs) {
      const auto findings = findings_in(reply, batch.path_of(*pair));
      bool all = true;
      for (const Expectation& expected : pair->expected) {
        const bool met = std::any_of(findings.begin(), findings.end(), [&](const Finding* finding) {
          return finding->rule == expected.rule && finding->place.line == expected.line;
        });
        all = all && met;
        EXPECT_TRUE(met) << pair->name << ": expected [" << expected.rule << "] on line "
                         << expected.line << "; got\n"
                         << told(findings);
      }
      if (all) ++caught;
    }
  }
  std::printf("caught %zu of %zu\n", caught, suite.pairs.size());
}

TEST(Cheats, HonestTwinsAreSilent) {
  const CheatSuite suite = read_cheats(STRATA_SOURCE_DIR "/tests/cheats");
  const ScratchFolder scratch;
  std::size_t alarms = 0;
  for (const CheatBatch& batch : write_batches(suite, false, scratch.path())) {
    const ScanReply reply = scan(batch.request, test_settings());
    expect_no_errors(reply);
    for (const Finding& finding : reply.findings) {
      ADD_FAILURE() << finding.place.file << ":" << finding.place.line << ": [" << finding.rule
                    << "] " << finding.message;
    }
    for (const CheatPair* pair : batch.pairs)
      alarms += findings_in(reply, batch.path_of(*pair)).empty() ? 0 : 1;
  }
  std::printf("false alarms %zu of %zu\n", alarms, suite.pairs.size());
}

}  // namespace
}  // namespace strata
