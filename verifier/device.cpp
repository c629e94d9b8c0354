#include "verifier/device.h"

#include <c10/core/Device.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <fmt/format.h>

#include "kernels_l0/error.h"

namespace strata {

void require_device(const std::string& device) {
  std::string why = "no such device";
  try {
    const c10::Device wanted(device);
    if (wanted.is_cpu()) return;
    why = c10::impl::hasDeviceGuardImpl(wanted.type()) ? "one that Strata has no executor for"
                                                       : "one that this LibTorch lacks";
  } catch (const c10::Error&) {
    // The name does not parse.
  }
  throw Error("verify_step.device",
              fmt::format("--device {}: must be the CPU; got {}; use --device cpu", device, why));
}

}  // namespace strata
