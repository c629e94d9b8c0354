#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <vector>

namespace strata {

// A tensor that exists before the run, and what it is called on both sides of a proof: "input 0",
// "weight transformer.h.0.ln_1.weight".
struct TraceInput {
  std::string label;
  at::Tensor tensor;
};

// One outermost operator call as it really ran; what an operator calls inside is not seen.
struct TracedCall {
  std::string operation;             // qualified name in canonical form: "aten::linear"
  std::vector<std::string> arguments;  // in words: "x: #12", "dim: -1"
  std::string number;                // see Trace
};

// What a computation did, independent of its numbers. Every tensor has a value number: a digest of
// the expression that made it, down to the labels of the inputs. Two traces that give equal numbers
// to their results compute the same results from all inputs and weights. Writes in place give the
// storage a new version, which every later reader of that storage sees, through any alias.
struct Trace {
  std::vector<TracedCall> calls;     // in the order in which they ran; calls that only hand back an operand are left out
  std::vector<std::string> results;  // the value number of each result
  std::vector<std::string> inputs;   // the value number of each TraceInput after the run: differs where it was written
};

// Runs `run` on this thread and records it. Calls are recorded at the dispatcher, above autograd, in
// the form of decomposer/emit/equivalence.h; operators that draw random numbers are numbered in
// their order. A tensor of unknown origin gets a number that is equal to no other in any trace.
// What `run` throws passes through. Not reentrant.
Trace record_trace(const std::vector<TraceInput>& inputs,
                   const std::function<std::vector<at::Tensor>()>& run);

}  // namespace strata
