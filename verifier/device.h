#pragma once

#include <string>

namespace strata {

// Throws Error{"verify_step.device"} for a device that can't be used: one that is no device, one
// that this LibTorch lacks, and any but the CPU.
void require_device(const std::string& device);

}  // namespace strata
