// Times one stage of Strata in a process of its own, for bench.py: prints seconds as a JSON list.
//
//   time_stage load ARCHIVE REPEATS      read the program, map the weights
//   time_stage decompose ARCHIVE REPEATS  from the archive to the tree, nothing written
//   time_stage forward ARCHIVE REPEATS   run it on its sample inputs, one thread, after one warm-up
//   time_stage isolation FOLDER:STEP REPEATS  what it adds to this step of a decomposed folder

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "decomposer/decompose.h"
#include "decomposer/load/load.h"
#include "decomposer/load/weights.h"
#include "verifier/executor.h"
#include "verifier/verify.h"

namespace {

using Clock = std::chrono::steady_clock;

nlohmann::json seconds_of(const std::function<void()>& action, int repeats) {
  nlohmann::json seconds = nlohmann::json::array();
  for (int i = 0; i < repeats; ++i) {
    const auto started = Clock::now();
    action();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - started).count());
  }
  return seconds;
}

nlohmann::json time_load(const std::string& archive, int repeats) {
  return seconds_of(
      [&] {
        const strata::Graph graph = strata::load_archive(archive);
        const strata::Weights weights(graph);
      },
      repeats);
}

nlohmann::json time_decompose(const std::string& archive, int repeats) {
  return seconds_of([&] { strata::decompose(archive); }, repeats);
}

nlohmann::json time_forward(const std::string& archive, int repeats) {
  const strata::Graph graph = strata::load_archive(archive);
  const strata::Weights weights(graph);
  const std::vector<at::Tensor> inputs = strata::sample_inputs(graph);
  strata::Executor executor(graph, strata::whole(graph), weights.tensors());
  const at::NoGradGuard no_grad;
  executor.run(inputs);
  return seconds_of([&] { executor.run(inputs); }, repeats);
}

// One process at a time.
double seconds_of_step(const std::string& folder, const std::string& step,
                       const strata::Isolation& isolation) {
  strata::VerifyOptions options;
  options.folder = folder;
  options.step = step;
  options.jobs = 1;
  options.fresh = true;
  options.isolation = isolation;
  return strata::verify_folder(options).steps.at(0).seconds;
}

nlohmann::json time_isolation(const std::string& place, int repeats) {
  const std::size_t colon = place.rfind(':');
  const std::string folder = place.substr(0, colon);
  const std::string step = place.substr(colon + 1);
  const strata::Isolation on = strata::isolation_here();
  strata::Isolation off = on;
  off.off = {std::begin(strata::kProtections), std::end(strata::kProtections)};
  nlohmann::json seconds = nlohmann::json::array();
  for (int i = 0; i < repeats; ++i)
    seconds.push_back(seconds_of_step(folder, step, on) - seconds_of_step(folder, step, off));
  return seconds;
}

}  // namespace

int main(int argc, char** argv) {
  using Stage = nlohmann::json (*)(const std::string&, int);
  static const std::map<std::string, Stage> kStages = {{"load", time_load},
                                                       {"decompose", time_decompose},
                                                       {"forward", time_forward},
                                                       {"isolation", time_isolation}};
  const auto stage = kStages.find(argc == 4 ? argv[1] : "");
  if (stage == kStages.end()) {
    std::fputs("usage: time_stage load|decompose|forward|isolation ARCHIVE|FOLDER REPEATS\n",
               stderr);
    return 2;
  }
  try {
    at::set_num_threads(1);
    std::puts(stage->second(argv[2], std::stoi(argv[3])).dump().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 0;
}
