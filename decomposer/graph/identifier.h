#pragma once

#include <string>
#include <string_view>

namespace strata {

// The author's name in snake_case, acronyms and digits kept whole: "GPT2Block" -> "gpt2_block",
// "LlamaRMSNorm" -> "llama_rms_norm", "SiLU" -> "silu", "Conv1D" -> "conv1d".
std::string snake_case(std::string_view name);

// A C++ identifier that reads like `text`: other characters become '_', a leading digit gets a '_',
// what C++ or torch::nn::Module keep for themselves gets a trailing '_'. Never empty.
std::string identifier(std::string_view text);

// An identifier with a number behind it: "add" -> "add_2", "xor_" -> "xor_2", for two underscores
// in a row are the compiler's own.
std::string numbered(std::string_view name, int number);

}  // namespace strata
