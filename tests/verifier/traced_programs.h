#pragma once

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "verifier/proof.h"
#include "verifier/trace.h"

namespace strata {

using Tensors = std::vector<at::Tensor>;
using Program = std::function<Tensors(const Tensors&)>;

// A fresh matrix of 3x3 for each name.
inline Trace traced(const std::vector<std::string>& names, const Program& program) {
  std::vector<TraceInput> inputs;
  Tensors tensors;
  for (const std::string& name : names) {
    tensors.push_back(at::randn({3, 3}));
    inputs.push_back({name, tensors.back()});
  }
  return record_trace(inputs, [&] { return program(tensors); });
}

inline Proof proof_of(const Program& original, const Program& subject) {
  const std::vector<std::string> names{"input 0", "input 1", "weight w"};
  return prove(traced(names, original), traced(names, subject));
}

inline std::string difference(const Program& original, const Program& subject) {
  const Proof proof = proof_of(original, subject);
  EXPECT_EQ(proof.proved, proof.difference.empty());
  return proof.difference;
}

}  // namespace strata
