#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "anticheat/request.h"

// tests/cheats holds pairs: one component file that is a cheat where CHEAT is defined and its
// honest twin where it is not. The scanner allows no #ifdef, so the two are written out before they
// are judged, line for line.
//   // EXPECT: rule                 at the end of a cheating line: what must be found there
//   // expects: rule at TEXT        the same for the first line that holds TEXT, where the cheat
//   has no line of its own
//   // operators: linear=1 mul=2    the kernel's ledger; "arithmetic:" a parent's
//   // vanishing: 1               how often its original leaves nothing of an operand
//   // alone                        judged by itself: it would change what the other files mean
// Files without an #ifdef are honest: children that the pairs share, with a ledger if they name
// one, and near misses (honest_*.h), larger components in which nothing may be found.
namespace strata {

struct Expectation {
  std::string rule;
  int line = 0;
};

struct CheatPair {
  std::string name;    // file stem
  std::string folder;  // "level_1_fusion"
  std::string cheat;   // the text of either
  std::string honest;
  std::vector<Expectation> expected;
  bool alone = false;
  std::optional<OperatorCounts> operators;
  std::optional<OperatorCounts> arithmetic;
  int vanishing = 0;
};

struct CheatSuite {
  std::vector<CheatPair> pairs;               // sorted by name
  std::vector<std::filesystem::path> shared;  // honest children and what cheats include
};

// Throws std::runtime_error for a pair that expects nothing.
CheatSuite read_cheats(const std::filesystem::path& folder);

// One request and the pairs that it judges.
struct CheatBatch {
  ScanRequest request;
  std::vector<const CheatPair*> pairs;
  std::filesystem::path path_of(const CheatPair& pair) const;
  std::filesystem::path folder;
};

// Writes one side of all pairs below `folder`: as few requests as possible.
std::vector<CheatBatch> write_batches(const CheatSuite& suite, bool cheat,
                                      const std::filesystem::path& folder);

}  // namespace strata
