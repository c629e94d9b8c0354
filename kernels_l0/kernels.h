#pragma once

#include "kernels_l0/kernel.h"

// The catalogue's kernels, larger patterns before their parts: STRATA_KERNEL(name) for each. A new
// kernel is one line here, and a file of its name that defines `Kernel name()`.
#define STRATA_KERNELS(STRATA_KERNEL)   \
  STRATA_KERNEL(layer_norm)             \
  STRATA_KERNEL(rms_norm)               \
  STRATA_KERNEL(gelu_tanh)              \
  STRATA_KERNEL(gelu)                   \
  STRATA_KERNEL(quick_gelu)             \
  STRATA_KERNEL(hard_swish)             \
  STRATA_KERNEL(silu)                   \
  STRATA_KERNEL(mish)                   \
  STRATA_KERNEL(relu_squared)           \
  STRATA_KERNEL(relu)                   \
  STRATA_KERNEL(relu6)                  \
  STRATA_KERNEL(leaky_relu)             \
  STRATA_KERNEL(prelu)                  \
  STRATA_KERNEL(elu)                    \
  STRATA_KERNEL(hard_sigmoid)           \
  STRATA_KERNEL(hard_tanh)              \
  STRATA_KERNEL(sigmoid)                \
  STRATA_KERNEL(soft_cap)               \
  STRATA_KERNEL(tanh)                   \
  STRATA_KERNEL(time_step)              \
  STRATA_KERNEL(softplus)               \
  STRATA_KERNEL(glu)                    \
  STRATA_KERNEL(softmax)                \
  STRATA_KERNEL(log_softmax)            \
  STRATA_KERNEL(expert_linear)          \
  STRATA_KERNEL(linear)                 \
  STRATA_KERNEL(matmul)                 \
  STRATA_KERNEL(scaled_matmul)          \
  STRATA_KERNEL(einsum)                 \
  STRATA_KERNEL(bilinear)               \
  STRATA_KERNEL(sdpa)                   \
  STRATA_KERNEL(patch_embedding)        \
  STRATA_KERNEL(conv1d)                 \
  STRATA_KERNEL(conv_transpose1d)       \
  STRATA_KERNEL(conv2d)                 \
  STRATA_KERNEL(conv_transpose2d)       \
  STRATA_KERNEL(conv3d)                 \
  STRATA_KERNEL(conv_transpose3d)       \
  STRATA_KERNEL(relative_position_bias) \
  STRATA_KERNEL(embedding)              \
  STRATA_KERNEL(embedding_bag)          \
  STRATA_KERNEL(batch_norm)             \
  STRATA_KERNEL(group_norm)             \
  STRATA_KERNEL(instance_norm)          \
  STRATA_KERNEL(l2_normalize)           \
  STRATA_KERNEL(rope)                   \
  STRATA_KERNEL(mix)                    \
  STRATA_KERNEL(segment_decay)          \
  STRATA_KERNEL(dropout)                \
  STRATA_KERNEL(max_pool1d)             \
  STRATA_KERNEL(avg_pool1d)             \
  STRATA_KERNEL(adaptive_avg_pool1d)    \
  STRATA_KERNEL(adaptive_max_pool1d)    \
  STRATA_KERNEL(max_pool2d)             \
  STRATA_KERNEL(avg_pool2d)             \
  STRATA_KERNEL(adaptive_avg_pool2d)    \
  STRATA_KERNEL(adaptive_max_pool2d)    \
  STRATA_KERNEL(max_pool3d)             \
  STRATA_KERNEL(avg_pool3d)             \
  STRATA_KERNEL(adaptive_avg_pool3d)    \
  STRATA_KERNEL(adaptive_max_pool3d)    \
  STRATA_KERNEL(interpolate_nearest)    \
  STRATA_KERNEL(interpolate_linear)     \
  STRATA_KERNEL(interpolate_cubic)      \
  STRATA_KERNEL(grid_sample)            \
  STRATA_KERNEL(pixel_shuffle)          \
  STRATA_KERNEL(pad)                    \
  STRATA_KERNEL(roll)                   \
  STRATA_KERNEL(gather)                 \
  STRATA_KERNEL(index)                  \
  STRATA_KERNEL(top_k)                  \
  STRATA_KERNEL(lstm)                   \
  STRATA_KERNEL(gru)                    \
  STRATA_KERNEL(lstm_cell)              \
  STRATA_KERNEL(gru_cell)               \
  STRATA_KERNEL(sum_normalize)          \
  STRATA_KERNEL(cross_entropy)          \
  STRATA_KERNEL(nll_loss)               \
  STRATA_KERNEL(mse_loss)               \
  STRATA_KERNEL(smooth_l1_loss)         \
  STRATA_KERNEL(huber_loss)             \
  STRATA_KERNEL(l1_loss)                \
  STRATA_KERNEL(cosine_similarity)      \
  STRATA_KERNEL(kl_div)                 \
  STRATA_KERNEL(binary_cross_entropy)   \
  STRATA_KERNEL(straight_through)       \
  STRATA_KERNEL(scale)

namespace strata::kernels {

#define STRATA_KERNEL(name) Kernel name();
STRATA_KERNELS(STRATA_KERNEL)
#undef STRATA_KERNEL

}  // namespace strata::kernels
