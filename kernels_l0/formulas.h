#pragma once

#include "kernels_l0/operation.h"

// Formulas that several kernels of the catalogue share.

namespace strata {

// `per_element` for each element of the first result.
Flops elementwise(const Operation& operation, std::int64_t per_element);

template <std::int64_t kPerElement>
std::optional<Flops> elementwise(const Operation& operation) {
  return elementwise(operation, kPerElement);
}

// Pure movement of data.
std::optional<Flops> no_flops(const Operation& operation);

// As many bytes as the result has: each entry of it is one of the operand.
Count bytes_like_result(const Operation& operation);

// mm, addmm, matmul, bmm, baddbmm, linear: 2 m n k, as torch.utils.flop_counter counts them, beside
// the bias and the factors alpha and beta.
std::optional<Flops> contraction_flops(const Operation& operation);

// 2 * results * (input channels per group * window), as torch.utils.flop_counter counts them; a
// transposed one does it per input. Beside it the bias.
std::optional<Flops> convolution_flops(const Operation& operation);

// Statistics over rows of the input, then scale and shift: per element a sum, the deviation, its
// square, their sum and a product, then weight and bias where given; per row two means, + eps and
// 1 / sqrt.
Flops normalisation_flops(const Operation& operation, Count rows);

// What a pooling window covers, summed over all results; windows at the border count whole.
Count window_elements(const Operation& operation);
// The same for adaptive pooling over the last `dimensions`, whose windows are
// floor(i n / m) to ceil((i + 1) n / m).
Count adaptive_window_elements(const Operation& operation, int dimensions);

// lstm, gru and their cells. `gates`: rows of a weight per hidden unit; `per_unit`: operations per
// hidden unit and step beside products and biases.
std::optional<Flops> recurrent_flops(const Operation& operation, int gates, int per_unit);

// What a loss adds to `per_element` operations on each element: for "mean" and "sum" the sum, for
// "mean" one division.
Flops loss_flops(const Operation& operation, Count count, std::int64_t per_element);

}  // namespace strata
