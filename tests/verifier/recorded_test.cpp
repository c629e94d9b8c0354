#include "verifier/recorded.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "decomposer/load/load.h"
#include "decomposer/load/weights.h"
#include "decomposer/normalise/normalise.h"
#include "kernels_l0/error.h"
#include "verifier/buffers.h"
#include "verifier/compare.h"
#include "verifier/executor.h"
#include "verifier/safetensors.h"

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

fs::path zoo(const std::string& name) { return fs::path(STRATA_ZOO_DIR) / (name + ".pt2"); }

// The program, as loaded or normalised, gives what eager PyTorch gave, bit by bit: outputs,
// constants, buffers and inputs that it writes.
void expect_bit_equal(const Graph& graph, const RecordedRun& recorded) {
  SCOPED_TRACE("seed " + std::to_string(recorded.seed));
  const Weights weights(graph);
  const Snapshot buffers(weights.tensors(), writable_candidates(graph));
  Executor executor(graph, whole(graph), weights.tensors());
  const std::vector<at::Tensor> inputs = tensor_inputs(recorded, graph);
  at::manual_seed(static_cast<std::uint64_t>(recorded.seed));
  const std::vector<at::Tensor> outputs = executor.run(inputs);
  ASSERT_EQ(outputs.size(), recorded.outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const RecordedValue& expected = recorded.outputs[i];
    ASSERT_EQ(outputs[i].defined(), expected.tensor.defined()) << "output " << i;
    if (outputs[i].defined()) {
      EXPECT_TRUE(bit_equal(expected.tensor, outputs[i]))
          << "output " << i << ": " << describe(compare(expected.tensor, outputs[i]));
    } else {
      EXPECT_EQ(graph.outputs[i], expected.constant) << "output " << i;
    }
  }
  std::size_t written = 0;
  for (const ParameterId id : buffers.changed()) {
    const auto index = static_cast<std::size_t>(id);
    const auto expected = recorded.mutated_buffers.find(graph.parameters[index].name);
    ASSERT_NE(expected, recorded.mutated_buffers.end()) << graph.parameters[index].name;
    EXPECT_TRUE(bit_equal(expected->second, weights.tensors()[index]));
    ++written;
  }
  EXPECT_EQ(written, recorded.mutated_buffers.size());
  buffers.restore();
  EXPECT_TRUE(buffers.changed().empty());
}

class RecordedModels : public testing::TestWithParam<std::string> {};

TEST_P(RecordedModels, RunBitEqualToEagerPyTorch) {
  const Graph loaded = load_archive(zoo(GetParam()));
  const Graph normalised = normalise(loaded);
  const Record record = read_record(record_beside(zoo(GetParam())));
  check_is_for(record, zoo(GetParam()));
  const ConditionsScope conditions(record.conditions);
  ASSERT_TRUE(conditions.unmet().empty()) << conditions.unmet().front();
  ASSERT_EQ(record.runs.size(), 3u);
  for (const RecordedRun& run : record.runs) {
    expect_bit_equal(loaded, run);
    expect_bit_equal(normalised, run);
  }
}

INSTANTIATE_TEST_SUITE_P(Zoo, RecordedModels,
                         testing::Values("gpt2_small", "bert_small", "llama_small_fp32",
                                         "llama_small_bf16", "resnet_small",
                                         "resnet_bottleneck_small", "t5_small", "albert_small",
                                         "unet", "tied_weights", "tuple_outputs", "in_place",
                                         "has_downsample"),
                         [](const auto& parameter) { return parameter.param; });

// A copy of the records of in_place in a folder of its own.
class RecordFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("strata_record_" + std::to_string(getpid()));
    fs::create_directories(folder_);
    for (const char* ending : {".recorded.json", ".recorded.safetensors"})
      fs::copy_file(fs::path(STRATA_ZOO_DIR) / (std::string("in_place") + ending),
                    folder_ / (std::string("in_place") + ending),
                    fs::copy_options::overwrite_existing);
    json_ = folder_ / "in_place.recorded.json";
    document_ = nlohmann::json::parse(std::ifstream(json_));
  }
  void TearDown() override { fs::remove_all(folder_); }

  const nlohmann::json& document() const { return document_; }
  std::string refusal(const nlohmann::json& changed) const {
    std::ofstream(json_) << changed;
    try {
      read_record(json_);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  fs::path folder_;
  fs::path json_;
  nlohmann::json document_;
};

TEST_F(RecordFile, IsReadAsItWasWritten) { EXPECT_EQ(refusal(document()), ""); }

TEST_F(RecordFile, RefusesUnknownVersionsAndEntries) {
  auto changed = document();
  changed["schema"] = "recorded_outputs/2";
  EXPECT_THAT(refusal(changed), HasSubstr("(at /schema)"));
  changed = document();
  changed["seeds"][1]["extra"] = 1;
  EXPECT_THAT(refusal(changed), HasSubstr("(at /seeds/1)"));
  changed = document();
  changed["conditions"]["colour"] = "red";
  EXPECT_THAT(refusal(changed), HasSubstr("(at /conditions/colour)"));
}

TEST_F(RecordFile, RefusesATensorOfAnotherShapeOrDtype) {
  auto changed = document();
  changed["seeds"][0]["outputs"][0]["shape"][0] = 3;
  EXPECT_THAT(refusal(changed), HasSubstr("(at /seeds/0/outputs/0/shape)"));
  changed = document();
  changed["seeds"][0]["outputs"][0]["dtype"] = "float64";
  EXPECT_THAT(refusal(changed), HasSubstr("(at /seeds/0/outputs/0/dtype)"));
}

TEST_F(RecordFile, RefusesFlippedBytes) {
  std::fstream tensors(folder_ / "in_place.recorded.safetensors",
                       std::ios::in | std::ios::out | std::ios::binary);
  tensors.seekp(-1, std::ios::end);
  tensors.put('\x55');
  tensors.close();
  EXPECT_THAT(refusal(document()), HasSubstr("(at /tensors/sha256)"));
}

TEST_F(RecordFile, RefusesAnotherArchive) {
  const Record record = read_record(json_);
  EXPECT_NO_THROW(check_is_for(record, zoo("in_place")));
  EXPECT_THAT([&] { check_is_for(record, zoo("unet")); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("[record.other_archive]")));
}

TEST(Conditions, AreAppliedAndTakenBack) {
  const Conditions before = current_conditions();
  Conditions wanted = before;
  wanted.threads = before.threads == 1 ? 2 : 1;
  wanted.grad_mode = !before.grad_mode;
  {
    const ConditionsScope scope(wanted);
    EXPECT_TRUE(scope.unmet().empty());
    EXPECT_EQ(current_conditions().threads, wanted.threads);
    EXPECT_EQ(current_conditions().grad_mode, wanted.grad_mode);
  }
  EXPECT_EQ(current_conditions().threads, before.threads);
  EXPECT_EQ(current_conditions().grad_mode, before.grad_mode);
}

TEST(Conditions, SayWhatCannotBeHonoured) {
  Conditions wanted = current_conditions();
  wanted.cpu_capability = "VSX";
  wanted.torch_version = "2.13.0+rocm";
  const ConditionsScope scope(wanted);
  EXPECT_THAT(scope.unmet(), testing::ElementsAre(HasSubstr("cpu_capability: recorded VSX")));
}

TEST(Conditions, SurviveJson) {
  const Conditions now = current_conditions();
  EXPECT_EQ(to_json(conditions_from_json(to_json(now), "")), to_json(now));
}

TEST(Safetensors, WhatIsWrittenIsReadBack) {
  const fs::path file =
      fs::temp_directory_path() / ("strata_" + std::to_string(getpid()) + ".safetensors");
  const std::map<std::string, at::Tensor> tensors{{"a", at::randn({2, 3}).t()},
                                                  {"b", at::arange(3)},
                                                  {"c", at::ones({}, at::kBFloat16)},
                                                  {"empty", at::empty({0})}};
  write_safetensors(file, tensors, {{"made by", "a test"}});
  const auto read = read_safetensors(file);
  ASSERT_EQ(read.size(), tensors.size());
  for (const auto& [name, tensor] : tensors) EXPECT_TRUE(bit_equal(tensor, read.at(name))) << name;
  fs::resize_file(file, fs::file_size(file) - 1);
  EXPECT_THAT([&] { read_safetensors(file); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("[safetensors.read]")));
  std::ofstream(file, std::ios::binary) << std::string("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10);
  EXPECT_THAT([&] { read_safetensors(file); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("[safetensors.read]")));
  fs::remove(file);
}

}  // namespace
}  // namespace strata
