#include "verifier/probes.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <limits>
#include <optional>

#include "verifier/compare.h"
#include "verifier/random_fill.h"
#include "verifier/randomise.h"

namespace strata {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kGain = 64;
constexpr double kMaskBound = -1e4;  // a float mask's other value lies at or below this

// The dtypes that have arithmetic.
bool is_real(const at::Tensor& tensor) {
  const at::ScalarType dtype = tensor.scalar_type();
  return dtype == at::kDouble || dtype == at::kFloat || dtype == at::kHalf ||
         dtype == at::kBFloat16;
}

bool is_integer(const at::Tensor& tensor) {
  const at::ScalarType dtype = tensor.scalar_type();
  return dtype == at::kLong || dtype == at::kInt || dtype == at::kShort || dtype == at::kChar ||
         dtype == at::kByte;
}

// What a place is masked with; nullopt for a tensor that is no mask.
std::optional<at::Scalar> masking_value(const at::Tensor& sample) {
  if (sample.numel() == 0 || sample.dim() == 0) return std::nullopt;
  if (sample.scalar_type() == at::kBool) return at::Scalar(false);
  if (!is_real(sample) && !is_integer(sample)) return std::nullopt;
  const double least = sample.min().item<double>();
  const double greatest = sample.max().item<double>();
  if (is_integer(sample)) {
    const bool flags = least >= 0 && greatest == 1;
    return flags ? std::optional<at::Scalar>(0) : std::nullopt;
  }
  if (greatest != 0 || sample.dim() < 2) return std::nullopt;
  if (least == 0) return at::Scalar(-kInfinity);  // nothing is masked yet
  const bool two_values = (sample.eq(0) | sample.eq(least)).all().item<bool>();
  return least <= kMaskBound && two_values ? std::optional<at::Scalar>(least) : std::nullopt;
}

bool is_half(const at::Tensor& tensor) {  // which ends at 65504
  return tensor.scalar_type() == at::kHalf;
}

// Every element times a power of two of its own, the same in every trial.
void spread(at::Tensor& tensor) {
  constexpr std::uint64_t kSeed = 1;
  const std::int64_t widest = is_half(tensor) ? 4 : 30;
  at::Tensor powers = at::empty(tensor.sizes(), at::kLong);
  fill_integers(powers, -widest, widest, kSeed, stream_of("magnitudes"));
  tensor.mul_(at::exp2(powers.to(at::kDouble)).to(tensor.scalar_type()));
}

at::Tensor last_half(const at::Tensor& tensor, std::int64_t dimension) {
  return tensor.slice(dimension, tensor.size(dimension) - tensor.size(dimension) / 2);
}

at::Tensor first_element(const at::Tensor& tensor) {
  return tensor.as_strided({}, {}, tensor.storage_offset());
}

void pad(at::Tensor& tensor, const std::optional<at::Scalar>& mask) {
  if (mask) {
    last_half(tensor, -1).fill_(*mask);
  } else if (is_integer(tensor)) {
    last_half(tensor, -1).fill_(tensor.min().item());
  } else if (tensor.dim() >= 2) {
    last_half(tensor, -2).zero_();
  }
}

void apply(Probe probe, at::Tensor& tensor, const at::Tensor& sample) {
  const std::optional<at::Scalar> mask = masking_value(sample);
  if (tensor.numel() == 0 || tensor.dim() == 0) return;
  // What is scattered to a permutation's places must reach all of them.
  if (is_permutation(sample)) return;
  const bool scalable = !mask && (is_real(tensor) || tensor.is_complex());
  switch (probe) {
    case Probe::kTies:
      if (!mask && is_real(tensor)) tensor.round_();
      if (!mask && is_integer(tensor)) tensor.fill_(tensor.min().item());
      return;
    case Probe::kPadding:
      return pad(tensor, mask);
    case Probe::kMaskedRow:
      if (mask) tensor.select(tensor.dim() >= 2 ? -2 : 0, 0).fill_(*mask);
      return;
    case Probe::kLarge:
      if (scalable) tensor.mul_(is_half(tensor) ? 32 : 1024);
      if (mask) tensor.copy_(sample);
      return;
    case Probe::kTiny:
      if (scalable) tensor.div_(is_half(tensor) ? 32 : 1 << 20);
      return;
    case Probe::kMagnitudes:
      if (scalable) spread(tensor);
      if (mask) tensor.copy_(sample);
      return;
    case Probe::kNan:
      if (!mask && is_real(tensor)) first_element(tensor).fill_(kNan);
      return;
    case Probe::kInfinity:
      if (!mask && is_real(tensor)) first_element(tensor).fill_(kInfinity);
      return;
    case Probe::kMinusInfinity:
      if (!mask && is_real(tensor)) first_element(tensor).fill_(-kInfinity);
      return;
    case Probe::kGains:
      return;
  }
}

}  // namespace

std::string_view probe_name(Probe probe) {
  switch (probe) {
    case Probe::kTies:
      return "ties";
    case Probe::kPadding:
      return "padding";
    case Probe::kMaskedRow:
      return "masked row";
    case Probe::kLarge:
      return "large";
    case Probe::kTiny:
      return "tiny";
    case Probe::kMagnitudes:
      return "magnitudes";
    case Probe::kNan:
      return "NaN";
    case Probe::kInfinity:
      return "infinity";
    case Probe::kMinusInfinity:
      return "minus infinity";
    case Probe::kGains:
      break;
  }
  return "gains";
}

bool is_scaled(Probe probe) {
  return probe == Probe::kLarge || probe == Probe::kTiny || probe == Probe::kMagnitudes ||
         probe == Probe::kGains;
}

std::vector<at::Tensor> probe_inputs(Probe probe, const std::vector<at::Tensor>& drawn,
                                     const std::vector<at::Tensor>& samples) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> inputs;
  bool changed = false;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    at::Tensor tensor = drawn[i].detach().clone();
    apply(probe, tensor, samples.at(i).detach());
    changed = changed || !bit_equal(tensor, drawn[i]);
    inputs.push_back(std::move(tensor));
  }
  return changed ? inputs : std::vector<at::Tensor>{};
}

std::vector<at::Tensor> probe_weights(Probe probe, const Graph& graph,
                                      const std::vector<at::Tensor>& drawn) {
  if (probe != Probe::kGains) return {};
  const c10::NoGradGuard no_grad;
  const std::vector<WeightRole> roles = weight_roles(graph);
  std::vector<at::Tensor> weights(drawn.size());
  bool changed = false;
  for (std::size_t i = 0; i < drawn.size() && i < roles.size(); ++i) {
    const bool gain = roles[i].kind == WeightKind::kScale || roles[i].kind == WeightKind::kShift;
    if (!gain || !drawn[i].defined() || !is_real(drawn[i])) continue;
    weights[i] = (drawn[i].detach() * kGain).set_requires_grad(drawn[i].requires_grad());
    changed = true;
  }
  return changed ? weights : std::vector<at::Tensor>{};
}

std::optional<TrialData> probe_trial(Probe probe, const Graph& graph, const TrialData& drawn,
                                     const std::vector<at::Tensor>& samples) {
  std::vector<at::Tensor> inputs = probe_inputs(probe, drawn.inputs, samples);
  const std::vector<at::Tensor> weights = probe_weights(probe, graph, drawn.weights);
  if (inputs.empty() && weights.empty()) return std::nullopt;
  TrialData trial;
  trial.generator_seed = drawn.generator_seed;
  trial.weights = drawn.weights;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (weights[i].defined()) trial.weights[i] = weights[i];
  if (inputs.empty())
    for (const at::Tensor& input : drawn.inputs) inputs.push_back(input.clone());
  trial.inputs = std::move(inputs);
  return trial;
}

}  // namespace strata
