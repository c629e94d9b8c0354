#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/end_to_end/program.h"
#include "tests/end_to_end/step_files.h"

// Ports of GPT-2's block as a hand or a code generator gets them wrong, each with its reason.

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kNorm = "level_0_kernel/norm.h";
constexpr const char* kAttention = "level_1_fusion/attention.h";
constexpr const char* kMlp = "level_1_fusion/mlp.h";
constexpr const char* kBlock = "level_2_layer/block.h";
constexpr const char* kGelu = "at::gelu(hidden, \"tanh\")";
constexpr const char* kContext = "at::scaled_dot_product_attention(q, k, v, mask)";
constexpr const char* kNumbers = "outside rtol 1e-05, atol 1e-06";

struct WrongPort {
  const char* name;
  const char* file;
  const char* from;
  const char* to;
  const char* reason;
};

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// The port with one edit.
void write_port(const fs::path& folder, const WrongPort& wrong) {
  fs::copy(fs::path(STRATA_SOURCE_DIR) / "tests/end_to_end/port", folder,
           fs::copy_options::recursive);
  std::string text = text_of(folder / wrong.file);
  const std::size_t place = text.find(wrong.from);
  ASSERT_NE(place, std::string::npos) << wrong.from;
  text.replace(place, std::string(wrong.from).size(), wrong.to);
  std::ofstream(folder / wrong.file) << text;
}

class WrongPorts : public testing::TestWithParam<WrongPort> {};

TEST_P(WrongPorts, Fail) {
  const StepFiles files;
  write_port(files.folder() / "port", GetParam());
  const nlohmann::json report = verify_step_report(zoo("gpt2_small").string() + ":transformer.h.0",
                                                   files.folder() / "port" / kBlock, 1);
  EXPECT_THAT(reasons_of(report), HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Block, WrongPorts,
    testing::Values(
        WrongPort{"Epsilon", kNorm, "1e-05", "1.2e-05", kNumbers},
        WrongPort{"DropoutThatDrops", kAttention, kContext,
                  "at::dropout(at::scaled_dot_product_attention(q, k, v, mask), 0.1, true)",
                  "[random]"},
        WrongPort{"CausalWhateverTheMask", kAttention, kContext,
                  "at::scaled_dot_product_attention(q, k, v, {}, 0.0, true)", "all drawn anew"},
        WrongPort{"KeysForValues", kAttention, "parts[2]", "parts[1]", kNumbers},
        WrongPort{"ExactGelu", kMlp, "\"tanh\"", "\"none\"", kNumbers},
        WrongPort{"HalfPrecisionInside", kMlp, kGelu,
                  "at::gelu(hidden.to(at::kHalf), \"tanh\").to(at::kFloat)", kNumbers},
        WrongPort{"RightForTheTracedShapeOnly", kMlp, kGelu,
                  "hidden.size(0) == 16 ? at::gelu(hidden, \"tanh\") : hidden", "[control-flow]"},
        WrongPort{"OneNormForBoth", kBlock, "ln_2->forward", "ln_1->forward", "[child-not-called]"},
        WrongPort{"WritesItsInput", kBlock, "x = x + attn", "x = x.add_(1e-9) + attn",
                  "anti-cheat"}),
    [](const auto& wrong) { return std::string(wrong.param.name); });

// One bias for all places of its shape: the others are left without a place.
TEST(WeightMaps, OneWeightForEverythingIsRefused) {
  const StepFiles files;
  const fs::path map = files.folder() / "map.json";
  std::ofstream(map) << R"({
    "transformer.h.0.ln_1.bias": ["ln_1.bias", "ln_2.bias", "attn.c_proj_bias", "mlp.c_proj_bias"],
    "transformer.h.0.ln_1.weight": ["ln_1.weight", "ln_2.weight"],
    "transformer.h.0.attn.c_attn.weight": "attn.c_attn_weight",
    "transformer.h.0.attn.c_attn.bias": "attn.c_attn_bias",
    "transformer.h.0.attn.c_proj.weight": "attn.c_proj_weight",
    "transformer.h.0.mlp.c_fc.weight": "mlp.c_fc_weight",
    "transformer.h.0.mlp.c_fc.bias": "mlp.c_fc_bias",
    "transformer.h.0.mlp.c_proj.weight": "mlp.c_proj_weight"})";
  const nlohmann::json report =
      verify_step_report(zoo("gpt2_small").string() + ":transformer.h.0",
                         fs::path(STRATA_SOURCE_DIR) / "tests/end_to_end/port" / kBlock, 2,
                         {"--weight-map", map.string()});
  EXPECT_THAT(reasons_of(report), HasSubstr("[weight_map.unmapped_original]"));
}

}  // namespace
}  // namespace strata
