#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/mutants/judge_mutants.h"

namespace strata {

// How many of a model's mutants each witness tells from the component.
struct Score {
  int mutants = 0;
  int not_compiled = 0;
  int by_scan = 0;     // the scan alone finds something
  int by_numbers = 0;  // with the scan bypassed a step fails
  int by_either = 0;
  int other_graph = 0;                 // the graph that ran is another
  int equivalent = 0;                  // the same bits, and proved or listed with the reason
  std::vector<std::string> listed;     // as equivalent, with the reason
  std::vector<std::string> survivors;  // told apart by nobody, and not listed: must be empty
  std::vector<std::string> unlisted;   // listed, but told apart or not the same in every bit
  std::vector<std::string> misnamed;   // localising did not name the mutated component alone
  int localised = 0;
  std::map<std::string, std::pair<int, int>> kinds;  // by kind: caught, of all
};

struct Sample {
  std::size_t most = SIZE_MAX;       // mutants to judge, drawn by the seed
  std::size_t localised = SIZE_MAX;  // of which localising is tried
  std::uint64_t seed = 1;
};

// All mutants of a model, or a sample of them.
Score score_model(const std::string& name, const Sample& sample);

// Why a mutant can't be told from its component.
struct Equivalent {
  std::string reason;
  bool rounding = false;  // it computes the same, but may round otherwise
};

// Those that equivalents.json lists for the model, by id.
std::map<std::string, Equivalent> equivalents_of(const std::string& model);

std::string score_text(const std::string& name, const Score& score);

}  // namespace strata
