#include "anticheat/policy/policy.h"

namespace strata {

void add_danger_policy(Policy& policy) {
  const std::map<std::string, std::vector<const char*>> named = {
      {"dispatcher",
       {"at::_ops::*", "c10::Dispatcher::*", "c10::OperatorHandle::*", "c10::TypedOperatorHandle::*", "torch::Library::*",
        "at::native::*", "at::cpu::*", "at::meta::*", "at::redispatch::*", "at::compositeexplicitautograd::*",
        "at::compositeimplicitautograd::*", "c10::KernelFunction::*", "torch::jit::*", "torch::dispatch*",
        "c10::impl::*", "at::functionalization::*", "at::indexing::impl::*", "at::indexing::get_item*",
        "at::indexing::set_item*"}},
      {"raw-memory",
       {"*data_ptr", "*_data_ptr", "at::from_blob", "torch::from_blob", "at::for_blob", "*::storage", "*::unsafeGetTensorImpl",
        "*::unsafeReleaseTensorImpl", "*::getIntrusivePtr", "*::accessor", "*::packed_accessor*", "*::set_data", "*::set_",
        "*::variable_data", "*::tensor_data", "*::data", "memcpy", "memmove", "memset", "malloc", "free", "mmap", "std::memcpy",
        "std::memset", "std::malloc", "std::free", "__builtin_*", "alloca"}},
      {"side-effect",
       {"std::thread*", "std::jthread*", "std::async*", "std::this_thread::*", "at::parallel_for*", "at::set_num_threads",
        "at::internal::*", "at::launch*", "fopen", "fread", "fwrite", "fclose", "fprintf", "printf", "puts", "putchar",
        "open", "read", "write", "close", "popen", "system", "fork", "exec*", "kill", "raise", "abort", "exit", "_exit",
        "_Exit", "quick_exit", "atexit", "std::exit", "std::_Exit", "std::abort", "std::terminate", "std::quick_exit",
        "std::atexit", "std::system", "std::getenv", "getenv", "setenv", "putenv", "dlopen", "dlsym", "dlclose", "std::basic_ifstream*",
        "std::basic_ofstream*", "std::basic_fstream*", "std::fopen", "std::printf", "std::filesystem::*", "ptrace", "syscall",
        "sleep", "usleep", "nanosleep", "signal", "sigaction", "mprotect", "std::signal", "std::basic_ostream::*",
        "std::operator<<", "at::manual_seed", "torch::save", "torch::load", "torch::autograd::*"}},
      {"sensing",
       {"std::chrono::*", "time", "clock", "clock_gettime", "gettimeofday", "std::time", "std::clock", "rand", "random",
        "std::rand", "std::random_device*", "std::mersenne_twister_engine*", "*::is_training", "c10::GradMode::*",
        "at::GradMode::*", "c10::InferenceMode::*", "at::globalContext", "at::get_num_threads", "at::get_thread_num", "*::requires_grad",
        "*::use_count", "*::is_leaf", "*::_version", "*::is_alias_of", "*::is_same", "*::item", "*::equal", "at::equal",
        "*::allclose", "at::allclose", "*::is_nonzero", "at::is_nonzero", "*::is_contiguous", "*::numel", "*::defined",
        "*::stride", "*::strides", "*::storage_offset", "*::name", "*::device", "*::is_meta", "getpid", "std::uncaught_exceptions"}},
      {"hook",
       {"*::register_hook", "*::register_forward*", "*::register_backward*", "torch::nn::Module::apply", "torch::nn::Module::to",
        "torch::nn::Module::train", "torch::nn::Module::eval", "torch::nn::Module::children", "torch::nn::Module::modules",
        "torch::nn::Module::named_*", "torch::nn::Module::parameters", "torch::nn::Module::buffers", "torch::nn::Module::replace_module",
        "torch::nn::Module::unregister_module", "torch::nn::Module::clone", "torch::nn::Module::load", "torch::nn::Module::save",
        "torch::nn::Module::zero_grad", "torch::nn::Module::as", "std::enable_shared_from_this::*", "at::RecordFunction*", "at::add*Callback"}},
      {"random",
       {"*::dropout", "at::dropout", "at::*_dropout", "at::rand*", "at::bernoulli", "*::bernoulli", "at::multinomial", "*::multinomial",
        "at::normal*", "*::normal_", "*::uniform_", "*::random_", "*::bernoulli_", "at::poisson", "*::exponential_", "at::rrelu"}},
      {"uninitialised", {"at::empty*", "*::new_empty*", "*::resize_*"}},
  };
  for (const auto& [rule, names] : named) {
    for (const char* name : names) policy.dangers.push_back({name, rule});
  }
}

}  // namespace strata
