#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <thread>

#include "tests/end_to_end/program.h"
#include "tests/scratch_folder.h"

// What can't be judged: exit code 2 and a message with the id of the rule, never a verdict.

namespace strata {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

TEST(BadInput, AMissingFolder) {
  const Ended ended = run_strata({"verify", "/no/such/folder"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("[tree.missing]"));
}

TEST(BadInput, AMissingArchive) {
  const Ended ended = run_strata({"decompose", "/no/such.pt2", "--out", "/tmp/never"});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_FALSE(fs::exists("/tmp/never"));
}

TEST(BadInput, AFullStandardOutput) {
  const ScratchFolder scratch;
  const std::string log = (scratch.path() / "log.txt").string();
  const std::string command =
      std::string(STRATA_PROGRAM_DIR) + "/strata --help > /dev/full 2> " + log;
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2);
  std::ifstream in(log);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_THAT(text, HasSubstr("[output.stdout] standard output"));
  EXPECT_THAT(text, HasSubstr("No space left on device"));
}

TEST(BadInput, AnotherArchive) {
  const Emitted emitted("tied_weights");
  const Ended ended = emitted.verify({"--model", zoo("tuple_outputs").string()});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("[verify.other_archive]"));
}

TEST(BadInput, AFlippedByteInTheWeights) {
  const Emitted emitted("tied_weights");
  const fs::path copy = emitted.folder().parent_path() / "tied_weights.pt2";
  fs::copy_file(zoo("tied_weights"), copy);
  std::string bytes;
  {
    std::ifstream in(copy, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(in), {});
  }
  // The first entry under data/weights: its bytes follow its name, padded to a boundary.
  const std::size_t name = bytes.find("data/weights/weight_0");
  ASSERT_NE(name, std::string::npos);
  bytes[name + 256] = static_cast<char>(bytes[name + 256] ^ 1);
  std::ofstream(copy, std::ios::binary) << bytes;
  const Ended ended = emitted.verify({"--model", copy.string()});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("[weights.damaged]"));
}

TEST(BadInput, AMissingWeightMapEntry) {
  const Emitted emitted("tied_weights");
  const fs::path step =
      emitted.folder() / "steps" / ("step_02_" + emitted.component("feed_forward").stem().string());
  std::ifstream in(step / "weight_map.json");
  nlohmann::json map = nlohmann::json::parse(in);
  // The module is called twice; an entry in one of the two alone is a contradiction.
  for (nlohmann::json& call : map.at("instances")) call.at("weights").erase(0);
  std::ofstream(step / "weight_map.json") << map;
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(reasons(ended), HasSubstr("[weight_map.unmapped_place]"));
}

TEST(BadInput, ATreeThatSomeoneEdited) {
  const Emitted emitted("tied_weights");
  const fs::path tree = emitted.folder() / "decomposition_tree.json";
  emitted.edit(tree, "\"nodes\":[\"", "\"nodes\":[\"no_");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("[tree."));
}

TEST(BadInput, AnAdapterThatSomeoneEdited) {
  const Emitted emitted("tied_weights");
  emitted.edit(emitted.folder() / "adapter.cpp", "boxed(", "boxed (");
  const Ended ended = emitted.verify();
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("[verify.adapter]"));
}

TEST(BadInput, AStepThatIsNotThere) {
  const Emitted emitted("tied_weights");
  EXPECT_EQ(emitted.verify({"--step", "nonsense"}).exit_code, 2);
}

// True once the process holds interrupts back, as the programs do from their first line on; until
// then LibTorch is being loaded, and a signal ends the process as it ends any other.
bool holds_interrupts(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string word; status >> word;) {
    std::uint64_t blocked = 0;
    if (word == "SigBlk:" && status >> std::hex >> blocked)
      return (blocked & (1u << (SIGINT - 1))) != 0;
  }
  return false;
}

TEST(BadInput, AnInterruptLeavesNoReport) {
  const Emitted emitted("tied_weights");
  const pid_t child = fork();
  if (child == 0) {
    const int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, STDOUT_FILENO);
    dup2(nothing, STDERR_FILENO);
    const std::string program = STRATA_PROGRAM_DIR "/strata";
    execl(program.c_str(), program.c_str(), "verify", emitted.folder().c_str(), "--fresh", nullptr);
    _exit(127);
  }
  int status = 0;
  while (!holds_interrupts(child) && waitpid(child, &status, WNOHANG) == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  kill(child, SIGINT);
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_FALSE(fs::exists(emitted.folder() / "verification"));
}

TEST(BadInput, AQualityWithoutItsArchive) {
  const Emitted emitted("tied_weights");
  emitted.edit(emitted.folder() / "decomposition_tree.json", "tied_weights.pt2", "gone.pt2");
  EXPECT_EQ(run_strata({"show", "--quality", emitted.folder().string()}).exit_code, 2);
}

void expect_refused(const std::string& program, const std::vector<std::string>& arguments,
                    const std::string& message) {
  const Ended ended = run_program_named(program, arguments);
  EXPECT_EQ(ended.exit_code, 2) << message;
  EXPECT_THAT(ended.err, HasSubstr(message));
}

TEST(BadInput, UnknownOptions) {
  expect_refused("strata", {"verify", "--nonsense"}, "[command_line]");
  expect_refused("strata", {"verify", "--nonsense"}, "`strata verify --help` lists the options");
}

TEST(BadInput, AnEmptyWordIsNotAnOptionLeftOut) {
  const std::string model = zoo("tied_weights").string();
  const std::vector<std::vector<std::string>> commands = {
      {"verify", ""},
      {"verify", "folder", "--step", ""},
      {"verify", "f", "--model", ""},
      {"scan", "--explain", ""},
      {"scan", "--profile", "", "a.h"},
      {"decompose", model, "--out", ""},
      {"decompose", model, "--out", "out", "--registry", ""},
      {"show", model, ""},
      {"kernels", ""}};
  for (const auto& command : commands)
    expect_refused("strata", command, "must have a value; got an empty one");
  expect_refused("verify_step", {"--weight-map", ""}, "--weight-map: must have a value");
  EXPECT_FALSE(fs::exists("out"));
}

TEST(BadInput, NumbersThatNoOptionTakes) {
  expect_refused("strata", {"verify", "f", "--jobs", "99999999999"},
                 "--jobs: must be a whole number from 1 to 2147483647; got '99999999999'");
  expect_refused("strata", {"flops", "f", "--peak-flops", "nan"},
                 "--peak-flops: must be a number above 0; got 'nan'");
  expect_refused("strata", {"verify", "f", "--memory-limit", "1Z"},
                 "--memory-limit: must be a number of bytes above 0, such as 512M; got '1Z'");
  expect_refused("strata", {"kernels", "f", "--sort", "x"},
                 "--sort: must be one of flops, count, time; got 'x'");
  for (const char* seeds : {"-1,2", "18446744073709551616,1", "1,x", "1,,2", "1,2,", ","})
    expect_refused("verify_step", {"--seed-list", seeds},
                   "--seed-list: must be a whole number from 0 to 18446744073709551615");
}

TEST(BadInput, AForwardThatGivesNoTensors) {
  const ScratchFolder scratch;
  const std::string head =
      "#pragma once\n#include <ATen/ATen.h>\n#include <torch/nn/module.h>\nnamespace top {\n"
      "struct Model : torch::nn::Module {\n  ";
  const auto refused = [&](const std::string& forward, const std::string& message) {
    const std::string file =
        scratch.write("level_0_kernel/top.h", head + forward + "\n};\n}\n").string();
    expect_refused("verify_step",
                   {"--original", zoo("gpt2_small").string() + ":transformer.h.0", "--refactored",
                    file, "--output", (scratch.path() / "r.json").string()},
                   message);
  };
  refused("int64_t forward(const at::Tensor& x) { return x.dim(); }",
          "forward must return a tensor, or tensors in a tuple, pair or vector");
  refused("static at::Tensor forward(const at::Tensor& x) { return at::relu(x); }",
          "forward must be a method, and no static one");
}

TEST(BadInput, AListWithAnEmptyPlace) {
  expect_refused("strata", {"verify", "f", "--threads", "1,,2"},
                 "--threads: must be a whole number from 1 to 1024; got ''");
}

TEST(BadInput, TheScannersOwnOptions) {
  expect_refused("strata-anticheat", {"--cache", ""}, "[scan.option] '--cache'");
  expect_refused("strata-anticheat", {"--memory", "much"}, "got 'much', which is no number");
  expect_refused("strata-anticheat", {""}, "[scan.option]");
  const ScratchFolder scratch;
  const fs::path request = scratch.path() / "request.json";
  std::ofstream(request) << "{";
  expect_refused("strata-anticheat", {request.string()}, "request: must be JSON");
}

TEST(BadInput, APipeIsWaitedForByNobody) {
  const ScratchFolder scratch;
  const std::string pipe = (scratch.path() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  expect_refused("strata", {"show", pipe}, "[load.archive]");
  expect_refused("strata", {"scan", pipe}, "[scan.file]");
  expect_refused("strata",
                 {"decompose", zoo("tied_weights").string(), "--out",
                  (scratch.path() / "out").string(), "--registry", pipe},
                 "[registry.");
  const Emitted emitted("tied_weights");
  const std::string component = emitted.component("feed_forward").string();
  const auto step = [&](const std::string& output, const std::string& map) {
    return std::vector<std::string>{"--original", component, "--refactored", component,
                                    "--output",   output,    "--weight-map", map};
  };
  const std::string report = (scratch.path() / "report.json").string();
  expect_refused("verify_step", step(report, pipe), "[weight_map.read]");
  expect_refused("verify_step", step(pipe, component), "[report.write]");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST(BadInput, AReportTakesThePlaceOfNothingThatIsRead) {
  const Emitted emitted("tied_weights");
  const fs::path copy = emitted.folder().parent_path() / "copy.pt2";
  fs::copy_file(zoo("tied_weights"), copy);
  const std::string component = emitted.component("feed_forward").string();
  const std::string child = emitted.component("linear_").string();
  const std::string tree = (emitted.folder() / "decomposition_tree.json").string();
  for (const auto& [original, output] : std::vector<std::pair<std::string, std::string>>{
           {copy.string() + ":layers.0", copy.string()},
           {copy.string(), component},
           {copy.string(), child},
           {emitted.folder().string() + ":step_02", tree}}) {
    const auto size = fs::file_size(output);
    expect_refused("verify_step",
                   {"--original", original, "--refactored", component, "--output", output},
                   "must be a file of its own");
    EXPECT_EQ(fs::file_size(output), size);
  }
}

}  // namespace
}  // namespace strata
