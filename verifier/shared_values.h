#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "verifier/descriptor.h"
#include "verifier/executor.h"
#include "verifier/step.h"
#include "verifier/subject.h"

// What a model makes once and hands to many layers, against what is made anew for each.

namespace strata {

// A result of one of the root's kernels that has no weights, read by several of the root's children
// that are no kernels: a mask, position ids.
struct SharedValue {
  ValueId value = kNone;
  InstanceId kernel = kNone;
  std::size_t output = 0;           // which of the kernel's
  std::vector<InstanceId> readers;  // at least two
};
std::vector<SharedValue> shared_values(const Tree& tree);

// The compiled kernels of shared values, to run alone. Lives where Subject does.
class FreshValues {
 public:
  // Keeps `judged`, `shared` and `weights` (by ParameterId) by reference.
  FreshValues(const Judged& judged, const std::vector<SharedValue>& shared,
              const std::vector<at::Tensor>& weights);

  // Runs each kernel once for each reader, on what its operands are for these program inputs, and
  // stores the results: one list per shared value.
  nlohmann::json store(const std::vector<at::Tensor>& inputs, int file);

 private:
  struct Kernel {
    const SharedValue* shared;
    Subject subject;
    Executor operands;  // the nodes that the kernel's operands come from
  };
  std::vector<Kernel> kernels_;
};

// Watches a run of the loaded program: whenever a reader is about to read a shared value, that must
// be, bit by bit, the one made anew for this reader.
class SharedValueWatch {
 public:
  // Keeps `judged` and `shared` by reference. `fresh`: what FreshValues::store gave, from a process
  // that can't be trusted.
  SharedValueWatch(const Judged& judged, const std::vector<SharedValue>& shared,
                   const nlohmann::json& fresh, const PrivateMapping& mapping);

  RunObserver observer();  // good for one run, as long as this lives

  // How many readers of each shared value read what was made anew; after the run.
  const std::vector<std::size_t>& equal_readers() const { return equal_; }

 private:
  struct Reading {
    std::size_t shared = 0;
    at::Tensor fresh;
  };
  std::map<ValueId, at::Tensor> held_;               // shared values, as soon as they are made
  std::map<NodeId, std::vector<Reading>> readings_;  // by the loaded node that reads first
  std::vector<ValueId> values_;                      // of `shared`
  std::vector<std::size_t> equal_;
};

}  // namespace strata
