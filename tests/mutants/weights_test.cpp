#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "decomposer/decompose.h"
#include "decomposer/emit/emit.h"
#include "verifier/build_subject.h"
#include "verifier/temporary_folder.h"
#include "verifier/verify_plan.h"

// Weight maps that are wrong at one place: swapped, another layer's, untied.

namespace strata {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kPerModel = 20;

// One line of one instance's map that names another weight.
struct WeightMutant {
  fs::path file;
  std::size_t instance = 0;
  std::size_t line = 0;
  std::string original;
};

class WeightMutants : public testing::TestWithParam<const char*> {
 protected:
  WeightMutants() {
    options_.model = fs::path(STRATA_ZOO_DIR) / (std::string(GetParam()) + ".pt2");
    options_.folder = scratch_.path() / "out";
    const Decomposition parts = decompose(options_.model);
    emit(parts.loaded, parts.normalised, parts.tree, options_.folder);
    for (const Parameter& parameter : parts.normalised.parameters) {
      if (parameter.slice.empty()) sizes_[parameter.name] = parameter.meta.sizes;
    }
  }

  // Every place with every other weight of its shape, a seeded few of them.
  std::vector<WeightMutant> mutants() const {
    std::vector<WeightMutant> all;
    for (const auto& step : fs::directory_iterator(options_.folder / "steps")) {
      const fs::path file = step.path() / "weight_map.json";
      const json document = json::parse(std::ifstream(file));
      const json& instances = document.at("instances");
      for (std::size_t i = 0; i < instances.size(); ++i) {
        const json& lines = instances[i].at("weights");
        for (std::size_t k = 0; k < lines.size(); ++k) add_others(file, i, k, lines[k], all);
      }
    }
    std::ranges::sort(all, {}, [](const WeightMutant& one) {
      return std::tuple(one.file, one.instance, one.line, one.original);
    });
    std::mt19937_64 generator(1);
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[generator() % i]);
    all.resize(std::min(all.size(), kPerModel));
    return all;
  }

  Plan plan() const { return plan_verification(options_); }

 private:
  void add_others(const fs::path& file, std::size_t instance, std::size_t line, const json& now,
                  std::vector<WeightMutant>& all) const {
    const auto own = sizes_.find(now.at("original"));
    if (own == sizes_.end() || !now.at("slice").get<std::string>().empty()) return;
    for (const auto& [name, sizes] : sizes_) {
      if (name != own->first && sizes == own->second) all.push_back({file, instance, line, name});
    }
  }

  TemporaryFolder scratch_;
  VerifyOptions options_;
  std::map<std::string, std::vector<std::int64_t>> sizes_;
};

TEST_P(WeightMutants, FailAndNameTheInstance) {
  ASSERT_TRUE(plan().wrong_weights.empty());
  const std::vector<WeightMutant> all = mutants();
  ASSERT_GE(all.size(), 5u);
  for (const WeightMutant& mutant : all) {
    const json honest = json::parse(std::ifstream(mutant.file));
    json wrong = honest;
    json& instance = wrong["instances"][mutant.instance];
    json& line = instance["weights"][mutant.line];
    line["original"] = mutant.original;
    std::ofstream(mutant.file) << wrong.dump(2);
    const Plan judged = plan();
    std::ofstream(mutant.file) << honest.dump(2);

    const std::string prefix = instance.at("path");
    const std::string place = line.at("place");
    const std::string path = prefix.empty() ? place : prefix + "." + place;
    ASSERT_FALSE(judged.wrong_weights.empty()) << path << " gets " << mutant.original;
    for (const WrongWeight& named : judged.wrong_weights) {
      EXPECT_EQ(judged.judged->tree.instances.at(static_cast<std::size_t>(named.kernel)).path,
                path.substr(0, path.find_last_of('.')));
    }
    EXPECT_TRUE(std::ranges::any_of(judged.steps, [](const PlannedStep& step) {
      return step.judgement.verdict == Verdict::kFail;
    }));
  }
  std::printf("%s: %zu weight maps, all fail by the weights' check\n", GetParam(), all.size());
}

INSTANTIATE_TEST_SUITE_P(Models, WeightMutants,
                         testing::Values("gpt2_small", "llama_small_fp32", "bert_small",
                                         "resnet_small", "t5_small"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace strata
