#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "decomposer/graph/graph.h"
#include "verifier/report.h"

// Greedy generation by a causal language model: the composed tree and the original write the same
// text, token by token.

namespace strata {

struct Plan;

// A program that reads tokens and says what comes next.
struct LanguageModel {
  std::int64_t sequences = 0;   // in a batch
  std::int64_t length = 0;      // tokens of each, prompt and generated ones
  std::int64_t vocabulary = 0;  // logits per place
  std::size_t output = 0;       // which output of the program they are
};

struct Generation {
  Judgement judgement;
  std::int64_t prompt = 0;  // tokens before the first generated one
  std::int64_t tokens = 0;  // generated, of each sequence
  bool bit_equal = false;   // the logits, at every step
  double max_abs_error = 0;
  int shared = 0;         // values that several layers read and no weight goes into
  double seconds = 0;     // of both sides
  nlohmann::json report;  // "generation/1"
};

// Throws Error{"generation.model"} unless the program has one input, integers [batch, sequence],
// and an output of floats [batch, sequence, vocabulary]; Error{"generation.length"} when `tokens`
// leave no prompt.
LanguageModel language_model(const Graph& graph, int tokens);

// Both sides, in processes of their own, start from the first tokens of the sample input and take
// `tokens` steps: the input is filled up on the right, logits are read at the last place that is
// filled, and the greatest wins. Each goes on with its own choice. Compared at every step: the
// logits (tolerance of the composition) and the tokens. Beside that:
//   - logits must be finite and not all the same;
//   - what follows the last place must not change what the original says before it, or the verdict
//     is error: the model is not causal;
//   - what the root makes without weights and hands to several layers (a mask) must be, bit by bit
//     and when each layer reads it, what the compiled kernel makes anew for that layer.
// Needs the compiled tree.
Generation generate(const Plan& plan, int tokens);

nlohmann::json to_json(const Generation& generation);  // for the summary
std::string generation_text(const Generation& generation);

}  // namespace strata
