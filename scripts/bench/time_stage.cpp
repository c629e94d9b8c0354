// Times one stage of Strata in a process of its own, for bench.py: prints seconds as a JSON list.
//
//   time_stage load ARCHIVE REPEATS      read the program, map the weights
//   time_stage forward ARCHIVE REPEATS   run it on its sample inputs, one thread, after one warm-up

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "decomposer/load/load.h"
#include "decomposer/load/weights.h"
#include "verifier/executor.h"

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

nlohmann::json time_forward(const std::string& archive, int repeats) {
  const strata::Graph graph = strata::load_archive(archive);
  const strata::Weights weights(graph);
  const std::vector<at::Tensor> inputs = strata::sample_inputs(graph);
  strata::Executor executor(graph, strata::whole(graph), weights.tensors());
  const at::NoGradGuard no_grad;
  executor.run(inputs);
  return seconds_of([&] { executor.run(inputs); }, repeats);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string stage = argc == 4 ? argv[1] : "";
  if (stage != "load" && stage != "forward") {
    std::fputs("usage: time_stage load|forward ARCHIVE REPEATS\n", stderr);
    return 2;
  }
  try {
    at::set_num_threads(1);
    const int repeats = std::stoi(argv[3]);
    const nlohmann::json seconds =
        stage == "load" ? time_load(argv[2], repeats) : time_forward(argv[2], repeats);
    std::puts(seconds.dump().c_str());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  return 0;
}
