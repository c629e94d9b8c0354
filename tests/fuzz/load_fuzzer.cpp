// Feeds the loader with archives that are almost right.
//
// An input is a whole zip file (it starts with "PK"), or the texts of models/model.json, the
// weights configuration and the constants configuration with kSeparator between them, which get
// right CRCs here so that the graph reader sees them. A text may be left out; the small sound
// program's stands in for it. Half of the mutations change JSON as JSON: they delete, copy, swap
// and replace values and names.

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "decomposer/graph/well_formed.h"
#include "decomposer/load/load.h"
#include "kernels_l0/error.h"
#include "tests/broken/small_archive.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

namespace strata {
namespace {

using Json = nlohmann::ordered_json;
using Random = std::minstd_rand;

constexpr char kSeparator = '\x1e';
constexpr std::size_t kTexts = 3;
constexpr const char* kEntries[kTexts] = {"models/model.json",
                                          "data/weights/model_weights_config.json",
                                          "data/constants/model_constants_config.json"};

// The entries of the sound program, made once.
const std::map<std::string, std::string>& sound_entries() {
  static const std::map<std::string, std::string> entries = SmallArchive().entries();
  return entries;
}

std::vector<std::string> split(std::string_view input) {
  std::vector<std::string> texts;
  std::size_t start = 0;
  while (texts.size() + 1 < kTexts) {
    const std::size_t end = input.find(kSeparator, start);
    if (end == std::string_view::npos) break;
    texts.emplace_back(input.substr(start, end - start));
    start = end + 1;
  }
  texts.emplace_back(input.substr(start));
  texts.resize(kTexts);
  for (std::size_t i = 0; i < kTexts; ++i) {
    if (texts[i].empty()) texts[i] = sound_entries().at(kEntries[i]);
  }
  return texts;
}

std::string archive_of(std::string_view input) {
  if (input.starts_with("PK")) return std::string(input);
  auto entries = sound_entries();
  entries["data/constants/weight_0"] = entries["data/weights/weight_0"];
  std::vector<std::string> texts = split(input);
  for (std::size_t i = 0; i < kTexts; ++i) entries[kEntries[i]] = std::move(texts[i]);
  return zip_of(entries);
}

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fputs(what, stderr);
  std::abort();
}

// A loaded graph is well formed, lies within its file, and is the same every time.
void check(const Graph& graph, const std::string& bytes) {
  expect(violations_of(graph).empty(), "the loader gave a malformed graph\n");
  for (const Storage& storage : graph.storages) {
    expect(
        storage.file_offset <= bytes.size() && storage.size <= bytes.size() - storage.file_offset,
        "a storage lies outside the file\n");
  }
  expect(load_bytes(bytes).archive_digest == graph.archive_digest, "two loads differ\n");
}

// --- mutations of JSON

std::size_t below(Random& random, std::size_t count) { return count == 0 ? 0 : random() % count; }

void collect(Json& value, std::vector<Json*>& all) {
  all.push_back(&value);
  if (value.is_structured()) {
    for (Json& child : value) collect(child, all);
  }
}

Json interesting_value(Random& random) {
  static const std::vector<Json> values = {0,
                                           1,
                                           -1,
                                           2,
                                           7,
                                           13,
                                           std::numeric_limits<std::int64_t>::max(),
                                           std::numeric_limits<std::int64_t>::min(),
                                           std::int64_t{1} << 40,
                                           3.5,
                                           1e300,
                                           "Infinity",
                                           "NaN",
                                           "",
                                           true,
                                           false,
                                           nullptr,
                                           Json::array(),
                                           Json::object()};
  return values[below(random, values.size())];
}

std::string interesting_name(Random& random) {
  static const std::vector<std::string> names = {
      "as_none",
      "as_tensor",
      "as_tensors",
      "as_int",
      "as_ints",
      "as_float",
      "as_floats",
      "as_string",
      "as_strings",
      "as_sym_int",
      "as_sym_ints",
      "as_scalar_type",
      "as_memory_format",
      "as_layout",
      "as_device",
      "as_bool",
      "as_bools",
      "as_sym_bool",
      "as_sym_bools",
      "as_graph",
      "as_optional_tensors",
      "as_custom_obj",
      "as_operator",
      "as_sym_float",
      "as_sym_floats",
      "as_optional_tensor",
      "as_complex",
      "as_nested_tensors",
      "as_int_lists",
      "as_string_to_argument",
      "as_float_lists",
      "as_name",
      "as_expr",
      "user_input",
      "parameter",
      "buffer",
      "tensor_constant",
      "custom_obj",
      "token",
      "constant_input",
      "user_output",
      "loss_output",
      "buffer_mutation",
      "user_input_mutation",
      "parameter_mutation",
      "gradient_to_parameter",
      "x",
      "relu",
      "linear",
      "p_linear_weight",
      "p_linear_bias",
      "linear.weight",
      "weight_0",
      "torch.ops.aten.split.Tensor",
      "torch.ops.aten.cat.default",
      "torch.ops.aten.index.Tensor",
      "torch.ops.aten.max.dim",
      "torch.ops.aten.add_.Tensor",
      "torch.ops.aten.sym_size.int",
      "torch.ops.higher_order.wrap_with_set_grad_enabled",
      "torch.ops.higher_order.wrap_with_autocast",
      "torch.ops.higher_order.cond",
      "_operator.mul",
      "L__self__,,Net;L__self___a@1,a,A",
      "self",
      "input",
      "other",
      "dim"};
  return names[below(random, names.size())];
}

void rename_a_key(Json& object, Random& random) {
  if (!object.is_object() || object.empty()) return;
  Json renamed = Json::object();
  const std::size_t chosen = below(random, object.size());
  std::size_t i = 0;
  for (const auto& [key, value] : object.items())
    renamed[i++ == chosen ? interesting_name(random) : key] = value;
  object = std::move(renamed);
}

void change(Json& document, Random& random) {
  std::vector<Json*> all;
  collect(document, all);
  Json& target = *all[below(random, all.size())];
  switch (below(random, 7)) {
    case 0:
      target = interesting_value(random);
      break;
    case 1:
      target = Json(*all[below(random, all.size())]);
      break;
    case 2:
      if (target.is_array() && !target.empty()) target.erase(below(random, target.size()));
      break;
    case 3:
      if (target.is_array() && !target.empty())
        target.push_back(Json(target[below(random, target.size())]));
      break;
    case 4:
      if (target.is_array() && target.size() > 1) {
        std::swap(target[below(random, target.size())], target[below(random, target.size())]);
      }
      break;
    case 5:
      rename_a_key(target, random);
      break;
    default:
      if (target.is_string()) target = interesting_name(random);
      break;
  }
}

}  // namespace
}  // namespace strata

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  strata::Random random(seed);
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.starts_with("PK") || strata::below(random, 8) == 0)
    return LLVMFuzzerMutate(data, size, max_size);
  std::vector<std::string> texts = strata::split(input);
  const std::size_t which = strata::below(random, 4) == 0 ? 1 + strata::below(random, 2) : 0;
  strata::Json document = strata::Json::parse(texts[which], nullptr, false);
  if (document.is_discarded()) return LLVMFuzzerMutate(data, size, max_size);
  for (std::size_t i = 0; i <= strata::below(random, 3); ++i) strata::change(document, random);
  texts[which] = document.dump(-1, ' ', false, strata::Json::error_handler_t::replace);
  const std::string joined =
      texts[0] + strata::kSeparator + texts[1] + strata::kSeparator + texts[2];
  if (joined.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, joined.data(), joined.size());
  return joined.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes = strata::archive_of({reinterpret_cast<const char*>(data), size});
  try {
    strata::check(strata::load_bytes(bytes), bytes);
  } catch (const strata::Error&) {
    // Refused with a reason; anything else that is thrown ends the program.
  }
  return 0;
}
