#include "verifier/sample_ranges.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "decomposer/load/weights.h"
#include "kernels_l0/error.h"

namespace strata {

std::vector<std::optional<IntegerRange>> sample_ranges(const Graph& graph) {
  std::vector<std::optional<IntegerRange>> ranges(graph.inputs.size());
  std::vector<at::Tensor> samples;
  try {
    samples = sample_inputs(graph);
  } catch (const Error& error) {
    if (error.id() != "weights.sample_inputs") throw;
    return ranges;
  }
  // Elements are read without an operator: the process may fork later.
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const at::Tensor& sample = samples[i];
    if (sample.scalar_type() != at::kLong || !sample.is_contiguous() || sample.numel() == 0)
      continue;
    const auto* first = sample.const_data_ptr<std::int64_t>();
    const auto [lowest, highest] = std::minmax_element(first, first + sample.numel());
    ranges.at(i) = {*lowest, *highest};
  }
  return ranges;
}

}  // namespace strata
