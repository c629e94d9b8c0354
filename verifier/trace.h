#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"

namespace strata {

// A tensor that exists before the run, and what it is called on both sides of a proof: "input 0",
// "weight transformer.h.0.ln_1.weight". Equal labels mean: always equal values. Inputs must not
// share a storage with each other; weights may (tied weights, slices), if they do on both sides.
struct TraceInput {
  std::string label;
  at::Tensor tensor;
  bool names_storage = false;  // the label is the whole storage's, not only this tensor's
};

// The input that stands for a parameter; `tensor` looks at the parameter's own memory or at a copy
// of its whole storage. All tensors of one storage get one label: its first parameter's name.
TraceInput traced_weight(const Graph& graph, ParameterId parameter, at::Tensor tensor);

// One outermost operator call as it really ran; what an operator calls inside is not seen.
struct TracedCall {
  std::string operation;               // qualified name in canonical form: "aten::linear"; "copy"
  std::vector<std::string> arguments;  // in words: "input: layer_norm#1f3a90c2", "dim: -1"
  std::string number;                  // a digest of the call, down to the labels of the inputs
  bool live = true;                    // some result, effect or random number depends on it
};

// What a computation did, independent of its numbers.
//
// A tensor is a storage in some state and a view of it. The state of a storage is the call that
// made it, or the state before and the call that wrote it; so what one alias writes every other
// reads, and the order of writes counts. The view is sizes, strides, offset and dtype. A digest of
// both is the tensor's number: equal numbers, in whatever traces, mean equal values for all inputs
// and weights, bit by bit.
//
// Calls come in one form, so that what C++ says in other words than Python is the same call. Each
// of these equivalences preserves every bit:
//   1. those of decomposer/emit/equivalence.h;
//   2. views: any chain of them is its sizes, strides and offset; calls that only look at a
//   storage,
//      or hand back an operand, are left out;
//   3. clone, contiguous, to, type_as, _to_copy that copy: one "copy" into a dtype and strides;
//   4. reshape, flatten, reshape_as that copy: a contiguous copy, then a view;
//   5. ones, zeros, full, fill, empty and their new_ and _like forms: one "fill" of a dtype and
//   strides. In 3 to 5 operands that lend only their shape or dtype are not read;
//   6. dtype of another factory (arange): what its result has;
//   7. one number for a list of a fixed length (`stride=2`): that many;
//   8. a write in place through a view of a whole storage, each byte once: the call with a result
//   of its own, whose memory the storage then is. Only for operators that LibTorch computes by one
//   kernel either way, so equal operands give equal bits; only when no other operand is a different
//   view of that storage. Both calls say dtype, sizes and strides of their result, so a form that
//   would promote or lay it out otherwise is another call. Other views of the storage see the new
//   state, as they do the bytes; those of a storage that was not written keep the old one;
//   9. a copy (3, a pad by nothing, lift_fresh_copy) of all that a storage holds that changes
//   neither dtype nor strides: left out, for the new storage holds the same bytes and so is in the
//   same state. Later writes to one of the two part them.
// Operators that draw random numbers are numbered in their order. A call that reads a truth value
// out of a tensor is a decision; what it gave is part of it.
struct Trace {
  std::vector<TracedCall> calls;     // in the order in which they ran
  std::vector<std::string> results;  // of each result that is defined its words and number
  std::map<std::string, int> outside_children;  // operators by base name, views included, that ran
                                                // while no child's forward did
  // Arithmetic among them by arithmetic_result; without a depth, all that ran.
  std::map<std::string, int> arithmetic;
  std::vector<bool> decisions;      // what each gave, in order
  std::vector<std::string> inputs;  // what was written among the inputs: label and number after the
                                    // run, sorted
};

// Called right after each recorded call, with the tensors that it made or wrote; what it does with
// them is not recorded.
using CallObserver = std::function<void(const TracedCall&, const std::vector<at::Tensor>&)>;

// Runs `run` on this thread and records it. A tensor of unknown origin, and a call that reads a
// number out of a tensor (which may steer the program), get numbers that are equal to no other in
// any trace, so nothing that rests on them is proved; decisions have those of what they read. What
// `run` throws passes through. One recording at a time in a process. `depth`: how many forwards of
// components are running, of which the first is the whole's; absent: nothing is counted as outside
// of children. `script`: what the decisions give, whatever the tensors hold; true beyond its end.
// Absent: what the tensors hold.
Trace record_trace(const std::vector<TraceInput>& inputs,
                   const std::function<std::vector<at::Tensor>()>& run,
                   const CallObserver& observer = {}, const std::function<int()>& depth = {},
                   const std::vector<bool>* script = nullptr);

// Equal for two traces exactly when the same operations ran on the same values.
std::string digest_of(const Trace& trace);

// Every path through a computation that branches on data: one trace for each series of decisions.
// `record` records one run by a script. Empty where there are too many, or one can't be run on the
// data at hand.
std::vector<Trace> record_paths(const std::function<Trace(const std::vector<bool>&)>& record);

}  // namespace strata
