#include "anticheat/client.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <future>
#include <iterator>
#include <nlohmann/json.hpp>

#include "anticheat/reply_cache.h"
#include "kernels_l0/error.h"
#include "tests/anticheat/component.h"
#include "tests/anticheat/scratch.h"

namespace strata {
namespace {

namespace fs = std::filesystem;

// A kernel and an adapter that makes it.
ScanRequest small_request(const ScratchFolder& scratch, const std::string& body) {
  const fs::path kernel = scratch.write("level_0_kernel/rectifier.h", component("rectifier", body));
  ScanRequest request;
  request.main = scratch.write(
      "adapter.cpp",
      "#include \"level_0_kernel/rectifier.h\"\n"
      "extern \"C\" torch::nn::Module* make() { return new rectifier::Model; }\n"
      "extern \"C\" void call(rectifier::Model& m, at::Tensor& x) { x = m.forward(x); }\n");
  request.files.push_back(
      {request.main, Profile::kAdapter, std::nullopt, std::nullopt, std::nullopt});
  request.files.push_back(
      {kernel, Profile::kCatalogueL0, std::nullopt, std::nullopt, std::nullopt});
  return request;
}

std::string loading_error(const fs::path& library) {
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return dlerror();
  dlclose(handle);
  return "";
}

TEST(Client, CompilesWhatItJudgedAndLinksIt) {
  const ScratchFolder scratch;
  ScanRequest request = small_request(scratch, "return at::relu(x);");
  request.object = scratch.path() / "rectifier.o";
  const fs::path library = scratch.path() / "rectifier.so";
  const ScanReply reply = scan_and_link(request, library, test_settings());
  ASSERT_TRUE(is_clean(reply));
  ASSERT_TRUE(reply.object_emitted);
  EXPECT_EQ(loading_error(library), "");
}

TEST(Client, AnswersWithTheLibraryOfAnUnchangedRequestAlone) {
  const ScratchFolder scratch;
  ScanSettings settings = test_settings();
  settings.reuse = true;
  ScanRequest request = small_request(scratch, "return at::relu(x);");
  request.object = scratch.path() / "rectifier.o";
  const auto library_of = [&](const char* name) {
    const fs::path library = scratch.path() / name;
    const bool cached = scan_and_link(request, library, settings).cached;
    std::ifstream file(library, std::ios::binary);
    return std::pair(cached, std::string(std::istreambuf_iterator<char>(file), {}));
  };
  const auto first = library_of("first.so");
  const auto again = library_of("again.so");
  EXPECT_TRUE(again.first);
  EXPECT_EQ(first.second, again.second);
  scratch.write("level_0_kernel/rectifier.h", component("rectifier", "return at::relu6(x);"));
  const auto other = library_of("other.so");
  EXPECT_FALSE(other.first);
  EXPECT_NE(first.second, other.second);
}

// Links a source that was compiled as it stands, and returns what loading it says.
std::string loading_error_of(const ScratchFolder& scratch, const std::string& source) {
  const fs::path object = scratch.path() / "source.o";
  const fs::path file = scratch.write("source.cpp", source);
  const std::string command =
      "clang++-19 -fPIC -c '" + file.string() + "' -o '" + object.string() + "'";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const fs::path library = scratch.path() / "source.so";
  link_shared({object}, library);
  return loading_error(library);
}

TEST(Client, FindsAMissingSymbolWhenItIsLoaded) {
  const ScratchFolder scratch;
  EXPECT_THAT(loading_error_of(scratch, "extern int nowhere(); int f() { return nowhere(); }"),
              testing::HasSubstr("undefined symbol"));
  EXPECT_EQ(loading_error_of(scratch,
                             "namespace at { int get_num_threads(); } "
                             "int f() { return at::get_num_threads(); }"),
            "");
}

TEST(Client, WritesNoObjectWhenSomethingIsFound) {
  const ScratchFolder scratch;
  ScanRequest request =
      small_request(scratch, "return at::softmax(at::relu(at::softmax(x, -1)), -1);");
  request.object = scratch.path() / "rectifier.o";
  const ScanReply reply = scan(request, test_settings());
  EXPECT_FALSE(reply.findings.empty());
  EXPECT_FALSE(reply.object_emitted);
  EXPECT_FALSE(fs::exists(request.object));
}

TEST(Client, AnswersUnchangedFilesFromTheCache) {
  const ScratchFolder scratch;
  ScanSettings settings = test_settings();
  settings.reuse = true;
  ScanRequest request = small_request(scratch, "return at::relu(x.view({2, 4}));");
  request.object = scratch.path() / "first.o";
  const ScanReply first = scan(request, settings);
  ASSERT_TRUE(first.object_emitted);
  request.object = scratch.path() / "second.o";
  const auto start = std::chrono::steady_clock::now();
  const ScanReply second = scan(request, settings);
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_TRUE(second.cached);
  EXPECT_EQ(fs::file_size(scratch.path() / "first.o"), fs::file_size(scratch.path() / "second.o"));
  EXPECT_LT(seconds, 0.2);  // 20 ms on an idle machine; bench measures that
  scratch.write("level_0_kernel/rectifier.h",
                component("rectifier", "return at::tanh(x.view({2, 4}));"));
  EXPECT_FALSE(scan(request, settings).cached);
}

// The second finds what the first has made, and does not start a scanner of its own.
TEST(Client, TwoThatWantTheSameWaitForOneScanner) {
  const ScratchFolder scratch;
  const fs::path started = scratch.path() / "started";
  const fs::path program =
      scratch.write("scanner", "#!/bin/sh\necho x >> " + started.string() + "\nexec " +
                                   scanner_program(test_settings()).string() + " \"$@\"\n");
  fs::permissions(program, fs::perms::owner_all);
  ScanSettings settings = test_settings();
  settings.reuse = true;
  settings.program = program;
  const ScanRequest request = small_request(scratch, "return at::relu(x);");
  auto other = std::async(std::launch::async, [&] { return scan(request, settings); });
  const ScanReply reply = scan(request, settings);
  EXPECT_NE(reply.cached, other.get().cached);
  EXPECT_EQ(fs::file_size(started), 2u);
}

// Of LibTorch's headers, many instances of the standard library's templates are not kept.
TEST(Client, WhatTheHeaderDoesNotKeepIsMadeAnew) {
  const ScratchFolder scratch;
  const std::string body = R"(
    static_assert(std::is_same_v<decltype(x.sizes()), at::IntArrayRef>);
    static_assert(std::is_void_v<void> && !std::is_void_v<at::Tensor>);
    static_assert(std::is_integral<int64_t>() && std::is_floating_point<c10::optional<double>::value_type>());
    static_assert(std::is_constructible_v<at::Tensor, const at::Tensor&> &&
                  std::is_convertible_v<std::vector<int64_t>, at::IntArrayRef> &&
                  std::is_nothrow_move_constructible_v<at::Tensor>);
    std::variant<int64_t, std::string, at::Tensor> either = x;
    std::optional<std::vector<at::Tensor>> some{{x, x}};
    std::map<std::string, std::function<at::Tensor(const at::Tensor&)>> named;
    named["relu"] = [](const at::Tensor& each) { return at::relu(each); };
    std::unordered_map<std::string, std::shared_ptr<at::Tensor>> kept;
    kept.emplace("x", std::make_shared<at::Tensor>(std::move(some->front())));
    auto [first, second] = std::make_tuple(*kept.at("x"), std::get<at::Tensor>(either));
    std::sort(some->begin(), some->end(), [](const auto& a, const auto& b) { return a.dim() < b.dim(); });
    TORCH_CHECK(first.dim() == second.dim(), "dimensions: ", first.dim(), " and ", std::string("others"));
    return named.at("relu")(first);)";
  ScanRequest request = small_request(scratch, body);
  request.files.back().profile = Profile::kUserKernel;
  request.object = scratch.path() / "rectifier.o";
  const fs::path library = scratch.path() / "rectifier.so";
  const ScanReply reply = scan_and_link(request, library, test_settings());
  ASSERT_TRUE(is_clean(reply)) << to_json(reply);
  EXPECT_EQ(loading_error(library), "");
}

TEST(Client, CountsWhatAParentComputes) {
  const ScratchFolder scratch;
  const fs::path kernel =
      scratch.write("level_0_kernel/rectifier.h", component("rectifier", "return at::relu(x);"));
  const fs::path parent = scratch.write("level_1_fusion/twice.h", R"(#pragma once
#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include "../level_0_kernel/rectifier.h"
namespace twice {
struct Model : torch::nn::Module {
  std::vector<std::shared_ptr<rectifier::Model>> h;
  Model() {
    for (int64_t i = 0; i < 5; ++i) h.push_back(register_module("h_" + std::to_string(i), std::make_shared<rectifier::Model>()));
  }
  at::Tensor forward(at::Tensor x) {
    for (const auto& block : h) x = x + block->forward(x.view({2, 4})) * 0.5;
    return -x;
  }
};
}  // namespace twice
)");
  ScanRequest request;
  request.files.push_back({parent, Profile::kParent, std::nullopt, std::nullopt, std::nullopt});
  request.files.push_back(
      {kernel, Profile::kCatalogueL0, std::nullopt, std::nullopt, std::nullopt});
  const ScanReply reply = scan(request, test_settings());
  ASSERT_TRUE(is_clean(reply)) << to_json(reply).dump(2);
  ASSERT_EQ(reply.classes.size(), 2U);
  EXPECT_EQ(reply.classes[0].arithmetic, (OperatorCounts{{"add", 5}, {"mul", 5}, {"neg", 1}}));
  EXPECT_EQ(reply.classes[0].plumbing, (OperatorCounts{{"view", 5}}));
  EXPECT_EQ(reply.classes[0].children, (OperatorCounts{{"rectifier::Model", 5}}));
}

TEST(Client, RequestSurvivesJson) {
  ScanRequest request;
  request.main = "main.cpp";
  request.files.push_back({"a.h", Profile::kFlat, 2, OperatorCounts{{"relu", 1}}, std::nullopt});
  request.flags = {"-DA=1"};
  request.object = "a.o";
  EXPECT_EQ(to_json(request_from_json(to_json(request))), to_json(request));
}

TEST(Client, RequestWithAnUnknownKeyIsRefusedWithItsPlace) {
  nlohmann::json document = to_json(
      ScanRequest{"", {{"a.h", Profile::kFlat, 2, std::nullopt, std::nullopt}}, {}, {}, {}});
  document["files"][0]["trusted"] = true;
  try {
    request_from_json(document);
    FAIL() << "an unknown key must be refused";
  } catch (const Error& problem) {
    EXPECT_EQ(problem.where(), "/files/0/trusted");
  }
}

TEST(Client, ReplyOfAnotherSchemaIsRefused) {
  nlohmann::json document = to_json(ScanReply{});
  document["schema"] = "scan/2";
  EXPECT_THROW(reply_from_json(document), Error);
}

// It would be written to wherever a program is started.
TEST(Cache, IsNoRelativeFolder) {
  const char* before = std::getenv("XDG_CACHE_HOME");
  const std::string kept = before == nullptr ? "" : before;
  setenv("XDG_CACHE_HOME", "here", 1);
  EXPECT_TRUE(default_cache().is_absolute());
  if (before == nullptr) {
    unsetenv("XDG_CACHE_HOME");
  } else {
    setenv("XDG_CACHE_HOME", kept.c_str(), 1);
  }
}

}  // namespace
}  // namespace strata
