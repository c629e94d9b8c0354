#include "kernels_l0/plumbing.h"

#include <algorithm>

namespace strata {

std::span<const std::string_view> data_movers() {
  static constexpr std::string_view kNames[] = {"view",
                                                "reshape",
                                                "flatten",
                                                "unflatten",
                                                "permute",
                                                "transpose",
                                                "expand",
                                                "squeeze",
                                                "unsqueeze",
                                                "repeat",
                                                "cat",
                                                "stack",
                                                "split",
                                                "chunk",
                                                "unbind",
                                                "slice",
                                                "select",
                                                "contiguous",
                                                "clone",
                                                "to",
                                                "masked_fill",
                                                "t",
                                                "numpy_T",
                                                "narrow",
                                                "split_with_sizes",
                                                "movedim",
                                                "swapaxes",
                                                "_unsafe_view",
                                                "mT",
                                                "concat",
                                                "concatenate",
                                                "_to_copy",
                                                "tile",
                                                "hstack",
                                                "vstack",
                                                "tensor_split",
                                                "expand_copy",
                                                "broadcast_to",
                                                "swapdims",
                                                "moveaxis",
                                                "diagonal",
                                                "view_as_real",
                                                "view_as_complex",
                                                "detach",
                                                "alias",
                                                "repeat_interleave",
                                                "squeeze_copy"};
  return kNames;
}

bool moves_data_only(std::string_view name) {
  return std::ranges::find(data_movers(), name) != data_movers().end();
}

}  // namespace strata
