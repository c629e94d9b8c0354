#pragma once

// Other ways out of the component.

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "../level_0_kernel/linear.h"
#include "../level_0_kernel/relu.h"

#ifdef CHEAT
#include <ATen/Parallel.h>  // EXPECT: include
#include <csignal>  // EXPECT: include
#include <dlfcn.h>  // EXPECT: include
#include <fcntl.h>  // EXPECT: include
#include <filesystem>  // EXPECT: include
#include <fstream>  // EXPECT: include
#include <future>  // EXPECT: include
#include <sys/mman.h>  // EXPECT: include
#include <sys/ptrace.h>  // EXPECT: include
#include <sys/syscall.h>  // EXPECT: include
#include <thread>  // EXPECT: include
#include <unistd.h>  // EXPECT: include
#endif
namespace effect_names {

struct Model : torch::nn::Module {
  std::shared_ptr<linear::Model> fc;
  std::shared_ptr<relu::Model> act;

  Model() {
    fc = register_module("fc", std::make_shared<linear::Model>());
    act = register_module("act", std::make_shared<relu::Model>());
  }

  at::Tensor forward(const at::Tensor& x) {
#ifdef CHEAT
    std::thread();  // EXPECT: side-effect
    std::jthread();  // EXPECT: side-effect
    std::async([] {});  // EXPECT: side-effect
    std::this_thread::yield();  // EXPECT: side-effect
    at::parallel_for(0, 1, 1, [](int64_t, int64_t) {});  // EXPECT: side-effect
    at::set_num_threads(1);  // EXPECT: side-effect
    at::internal::set_thread_num(0);  // EXPECT: side-effect
    at::launch([] {});  // EXPECT: side-effect
    fopen("a", "r");  // EXPECT: side-effect
    fread(nullptr, 0, 0, nullptr);  // EXPECT: side-effect
    fwrite(nullptr, 0, 0, nullptr);  // EXPECT: side-effect
    fclose(nullptr);  // EXPECT: side-effect
    fprintf(stderr, "a");  // EXPECT: side-effect
    printf("PASS");  // EXPECT: side-effect
    puts("PASS");  // EXPECT: side-effect
    putchar(1);  // EXPECT: side-effect
    open("a", 0);  // EXPECT: side-effect
    read(0, nullptr, 0);  // EXPECT: side-effect
    write(1, "PASS", 4);  // EXPECT: side-effect
    close(0);  // EXPECT: side-effect
    popen("ls", "r");  // EXPECT: side-effect
    system("ls");  // EXPECT: side-effect
    fork();  // EXPECT: side-effect
    execl("a", "a", nullptr);  // EXPECT: side-effect
    kill(1, 9);  // EXPECT: side-effect
    raise(9);  // EXPECT: side-effect
    abort();  // EXPECT: side-effect
    exit(0);  // EXPECT: side-effect
    _exit(0);  // EXPECT: side-effect
    _Exit(0);  // EXPECT: side-effect
    quick_exit(0);  // EXPECT: side-effect
    atexit(nullptr);  // EXPECT: side-effect
    std::exit(0);  // EXPECT: side-effect
    std::_Exit(0);  // EXPECT: side-effect
    std::abort();  // EXPECT: side-effect
    std::terminate();  // EXPECT: side-effect
    std::quick_exit(0);  // EXPECT: side-effect
    std::atexit(nullptr);  // EXPECT: side-effect
    std::system("ls");  // EXPECT: side-effect
    std::getenv("HOME");  // EXPECT: side-effect
    getenv("HOME");  // EXPECT: side-effect
    setenv("A", "1", 1);  // EXPECT: side-effect
    putenv(nullptr);  // EXPECT: side-effect
    dlopen("a", 0);  // EXPECT: side-effect
    dlsym(nullptr, "a");  // EXPECT: side-effect
    dlclose(nullptr);  // EXPECT: side-effect
    std::ifstream in("a");  // EXPECT: side-effect
    std::ofstream out("a");  // EXPECT: side-effect
    std::fstream both("a");  // EXPECT: side-effect
    std::fopen("a", "r");  // EXPECT: side-effect
    std::printf("PASS");  // EXPECT: side-effect
    std::filesystem::exists("a");  // EXPECT: side-effect
    ptrace(PTRACE_TRACEME);  // EXPECT: side-effect
    syscall(1);  // EXPECT: side-effect
    sleep(1);  // EXPECT: side-effect
    usleep(1);  // EXPECT: side-effect
    nanosleep(nullptr, nullptr);  // EXPECT: side-effect
    signal(9, nullptr);  // EXPECT: side-effect
    sigaction(9, nullptr, nullptr);  // EXPECT: side-effect
    mprotect(nullptr, 0, 0);  // EXPECT: side-effect
    std::signal(9, nullptr);  // EXPECT: side-effect
    std::cout.flush();  // EXPECT: side-effect
    std::cout << "PASS";  // EXPECT: side-effect
    at::manual_seed(1);  // EXPECT: side-effect
    return act->forward(fc->forward(x)) + x;
#else
    return act->forward(fc->forward(x)) + x;
#endif
  }
};

inline std::vector<at::Tensor> get_inputs() { return {at::randn({2, 4})}; }

inline std::vector<at::Tensor> get_init_inputs() { return {}; }

inline std::vector<std::pair<std::vector<int64_t>, at::ScalarType>> get_expected_output_shapes() {
  return {{{2, 4}, at::kFloat}};
}

}  // namespace effect_names
