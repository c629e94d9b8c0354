#include "verifier/sensitivity.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "decomposer/graph/index.h"
#include "kernels_l0/error.h"
#include "verifier/compare.h"
#include "verifier/random_fill.h"
#include "verifier/randomise.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr int kMostMoves = 64;

// Other values of the same kind, for one tensor at a time: several ways, for a program may be blind
// to one of them.
std::vector<at::Tensor> other_values(const at::Tensor& tensor, std::uint64_t seed) {
  const at::Tensor plain = tensor.detach();
  if (plain.is_floating_point() || plain.is_complex()) {
    at::Tensor noise = at::empty(plain.sizes(), plain.options());
    fill_normal(noise, 0, 1, seed, stream_of("a move"));
    return {plain + noise};
  }
  if (plain.scalar_type() == at::kBool) return {plain.logical_not()};
  std::vector<at::Tensor> others{plain.min() + plain.max() - plain};  // mirrored
  if (plain.dim() > 0) others.push_back(plain.flip(-1));
  if (plain.min().item<std::int64_t>() > 0) {
    others.push_back(plain.clone());
    others.back().as_strided({}, {}, others.back().storage_offset()).sub_(1);
  }
  return others;
}

class Mover {
 public:
  Mover(const MakeSide& make, const TrialData& data, const std::vector<ParameterId>& places)
      : side_(make(data)), data_(data), places_(places) {}

  // Whether results change with the tensor, which is one of the trial's.
  std::optional<bool> move(const at::Tensor& tensor, std::uint64_t seed) {
    if (moves_++ >= kMostMoves) return std::nullopt;
    if (!base_) base_ = run();
    const at::Tensor target = unexpanded(tensor.detach());
    const at::Tensor kept = target.clone();
    std::optional<bool> answer;
    for (const at::Tensor& other : others_of(target, seed)) {
      if (answer.value_or(false)) break;
      if (bit_equal(other, kept)) continue;
      target.copy_(other);
      try {
        answer = !different_place(*base_, run()).empty();
      } catch (const std::exception&) {
        // Out of the range that the program takes: says nothing.
      }
      target.copy_(kept);
    }
    return answer;
  }

 private:
  // None for a dtype that has no arithmetic.
  static std::vector<at::Tensor> others_of(const at::Tensor& tensor, std::uint64_t seed) {
    try {
      return other_values(tensor, seed);
    } catch (const c10::Error&) {
      return {};
    }
  }

  TrialResults run() {
    TrialResults results = run_trial(with_own_inputs(data_), places_, side_.forward);
    // What a moved weight or input was changed to by the move is no result.
    for (at::Tensor& output : results.outputs)
      if (output.defined()) output = output.detach().clone();
    return results;
  }

  ReadySide side_;
  const TrialData& data_;
  const std::vector<ParameterId>& places_;
  std::optional<TrialResults> base_;
  int moves_ = 0;
};

}  // namespace

std::map<std::string, Sensitivity> sensitivities(const Graph& graph, const MakeSide& make,
                                                 const TrialData& data,
                                                 const std::vector<ParameterId>& ids,
                                                 const std::vector<ParameterId>& places,
                                                 std::uint64_t seed) {
  std::map<std::string, Sensitivity> found;
  std::vector<std::pair<std::string, at::Tensor>> tensors;
  for (std::size_t i = 0; i < data.inputs.size(); ++i)
    tensors.emplace_back(fmt::format("input {}", i), data.inputs[i]);
  for (ParameterId id : ids) tensors.emplace_back(tied_name(graph, id), data.weights.at(at(id)));
  for (const auto& [name, tensor] : tensors)
    if (tensor.numel() > 0) found[name];

  try {
    backward(graph, make, data, places, seed, [&](const std::string& name, const at::Tensor& one) {
      const auto entry = found.find(name);
      if (entry == found.end() || !one.defined() || one.numel() == 0) return;
      const double largest = one.detach().abs().max().item<double>();
      // A NaN is a dependence, too.
      entry->second.gradient = std::isnan(largest) ? 1 : std::max(entry->second.gradient, largest);
    });
  } catch (const std::exception&) {
    // A side without gradients: everything is moved.
  }
  const c10::NoGradGuard no_grad;
  std::optional<Mover> mover;
  for (const auto& [name, tensor] : tensors) {
    const auto entry = found.find(name);
    if (entry == found.end() || entry->second.gradient != 0 || entry->second.moved) continue;
    if (!mover) mover.emplace(make, data, places);
    entry->second.moved = mover->move(tensor, seed);
  }
  return found;
}

json to_json(const std::map<std::string, Sensitivity>& sensitivities) {
  json document = json::object();
  for (const auto& [name, one] : sensitivities) {
    document[name] = {std::isinf(one.gradient) ? 1e308 : one.gradient,
                      one.moved ? json(*one.moved) : json()};
  }
  return document;
}

std::map<std::string, Sensitivity> sensitivities_from_json(const json& document) {
  try {
    std::map<std::string, Sensitivity> result;
    for (const auto& [name, one] : document.items()) {
      Sensitivity& entry = result[name];
      entry.gradient = one.at(0).get<double>();
      if (!one.at(1).is_null()) entry.moved = one.at(1).get<bool>();
    }
    return result;
  } catch (const json::exception& problem) {
    throw Error("runner.tensor",
                fmt::format("sensitivities: must be as they were written; got {}", problem.what()));
  }
}

std::vector<std::string> lost_dependences(const std::map<std::string, Sensitivity>& original,
                                          const std::map<std::string, Sensitivity>& refactored) {
  std::vector<std::string> reasons;
  for (const auto& [name, one] : original) {
    if (!one.matters()) continue;
    const auto other = refactored.find(name);
    if (other == refactored.end()) {
      reasons.push_back(fmt::format(
          "{}: the original depends on it; of the refactored component it is not known", name));
    } else if (other->second.known() && !other->second.matters()) {
      reasons.push_back(fmt::format(
          "{}: the original depends on it, the refactored component does not: no gradient flows to "
          "it, and moving it changes nothing",
          name));
    }
  }
  return reasons;
}

}  // namespace strata
