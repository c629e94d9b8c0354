#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/hostile/corpus.h"
#include "verifier/sandbox/isolation.h"
#include "verifier/step_report.h"

namespace strata {

// What the judge said of one subject.
struct Said {
  std::string name;
  Judgement judgement;
  nlohmann::json report;  // "verification_result/1"
};

enum class Extent : std::uint8_t { kEverything, kTrialsAlone };

// Judges subjects as verify_step would, from the point where the scan is done: the original, three
// seeds, the refactored side in its sandbox, probes. `judgement.verdict` is never the test's own
// doing.
std::vector<Said> judge_subjects(const std::vector<HostileSubject>& subjects,
                                 const Isolation& isolation, Extent extent = Extent::kEverything);

}  // namespace strata
