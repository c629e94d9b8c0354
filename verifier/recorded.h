#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "decomposer/graph/graph.h"
#include "verifier/conditions.h"

namespace strata {

// What eager PyTorch took and gave, written beside the archive by scripts/export_model.py.

// One input or output: a tensor, or a constant (number, bool, string, None) when it is undefined.
struct RecordedValue {
  at::Tensor tensor;
  Argument constant;
};

struct RecordedRun {
  std::int64_t seed = 0;               // PyTorch's generator was seeded with it just before the run
  std::vector<RecordedValue> inputs;   // user inputs in order, constants included
  std::vector<RecordedValue> outputs;  // in the order of Graph::outputs
  std::map<std::size_t, at::Tensor>
      mutated_inputs;  // by index into `inputs`: as they were afterwards
  std::map<std::string, at::Tensor> mutated_buffers;  // by name: as they were afterwards
};

struct Record {
  std::string archive_file;  // its name, no folder
  std::uint64_t archive_bytes = 0;
  std::string archive_sha256;
  nlohmann::json source;  // how the model was made; for people
  Conditions conditions;
  std::vector<std::string> input_names;
  bool program_bit_equal = false;  // the exported program, run in Python, against eager
  double program_max_abs_error = 0;
  std::vector<RecordedRun> runs;
};

// "gpt2.pt2" -> "gpt2.recorded.json".
std::filesystem::path record_beside(const std::filesystem::path& archive);

// Reads a record and the tensors it names. Strict: unknown entries, a tensor whose dtype or shape
// differs from what is said, a tensors' file with another digest: Error{"record.read"} with the
// JSON Pointer.
Record read_record(const std::filesystem::path& json_file);

// Throws Error{"record.other_archive"} unless the archive has the size and SHA-256 of the record's.
void check_is_for(const Record& record, const std::filesystem::path& archive);

// The tensors among the inputs, which are Graph::inputs in order, cloned so that a run may write
// them. Throws Error{"record.inputs"} when number, shapes or dtypes don't fit the graph.
std::vector<at::Tensor> tensor_inputs(const RecordedRun& run, const Graph& graph);

}  // namespace strata
