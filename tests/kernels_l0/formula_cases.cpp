#include "tests/kernels_l0/formula_cases.h"

#include <utility>

namespace strata {
namespace {

using Sizes = std::vector<std::int64_t>;

OperationArgument tensor(std::string name, Sizes sizes) {
  return {std::move(name), {{std::move(sizes), ScalarType::kFloat32}}, {}, {}};
}
OperationArgument tensors(std::string name, const std::vector<Sizes>& all) {
  OperationArgument list{std::move(name), {}, {}, {}};
  for (const Sizes& sizes : all) list.tensors.push_back({sizes, ScalarType::kFloat32});
  return list;
}
OperationArgument numbers(std::string name, std::vector<double> values) {
  return {std::move(name), {}, std::move(values), {}};
}
OperationArgument text(std::string name, std::string value) {
  return {std::move(name), {}, {}, std::move(value)};
}

Operation call(std::string name, std::vector<OperationArgument> arguments, Sizes out) {
  return {std::move(name), "", std::move(arguments), {{std::move(out), ScalarType::kFloat32}}};
}

std::function<void(Tally&)> each(std::int64_t times, std::function<void(Number)> body) {
  return [=](Tally& tally) {
    for (std::int64_t i = 0; i < times; ++i) body(Number(tally));
  };
}

// `results` dot products of length n, `added` times plus something.
std::function<void(Tally&)> products(std::int64_t results, std::int64_t n, int added) {
  return [=](Tally& tally) {
    for (std::int64_t i = 0; i < results; ++i) {
      dot(tally, n);
      for (int a = 0; a < added; ++a) (void)(Number(tally) + Number(tally));
    }
  };
}

// Rows of n, each normalised by its own mean and variance; then weight and bias.
std::function<void(Tally&)> normalised(std::int64_t rows, std::int64_t n, bool weight, bool bias) {
  return [=](Tally& tally) {
    for (std::int64_t r = 0; r < rows; ++r) {
      const Number mean = sum_of(tally, n) / static_cast<double>(n);
      Number squares(tally, 0);
      std::vector<Number> deviations;
      for (std::int64_t i = 0; i < n; ++i) {
        deviations.push_back(Number(tally) - mean);
        squares = squares + deviations.back() * deviations.back();
      }
      const Number scale = rsqrt(squares / static_cast<double>(n) + 1e-5);
      for (Number deviation : deviations) {
        deviation = deviation * scale;
        if (weight) deviation = deviation * Number(tally);
        if (bias) deviation = deviation + Number(tally);
      }
    }
  };
}

std::function<void(Tally&)> softmax_rows(std::int64_t rows, std::int64_t n, bool logarithm) {
  return [=](Tally& tally) {
    for (std::int64_t r = 0; r < rows; ++r) {
      Number largest(tally, -1e9);
      for (std::int64_t i = 0; i < n; ++i) largest = max(largest, Number(tally));
      Number sum(tally, 0);
      std::vector<Number> parts;
      for (std::int64_t i = 0; i < n; ++i) {
        parts.push_back(Number(tally) - largest);
        const Number power = exp(parts.back());
        if (!logarithm) parts.back() = power;
        sum = sum + power;
      }
      const Number divisor = logarithm ? log(sum) : sum;
      for (const Number part : parts) (void)(logarithm ? part - divisor : part / divisor);
    }
  };
}

std::function<void(Tally&)> pooled(std::int64_t results, std::int64_t window, bool mean) {
  return [=](Tally& tally) {
    for (std::int64_t i = 0; i < results; ++i) {
      Number found(tally, 0);
      for (std::int64_t k = 0; k < window; ++k)
        found = mean ? found + Number(tally) : max(found, Number(tally));
      if (mean) (void)(found / static_cast<double>(window));
    }
  };
}

// One dimension of n in m windows, `others` times in all.
std::function<void(Tally&)> adaptive(std::int64_t others, Sizes in, Sizes out, bool mean) {
  return [=](Tally& tally) {
    std::vector<std::int64_t> windows{others};  // the size of each window, all dimensions so far
    windows.assign(static_cast<std::size_t>(others), 1);
    for (std::size_t d = 0; d < in.size(); ++d) {
      std::vector<std::int64_t> finer;
      for (const std::int64_t size : windows) {
        for (std::int64_t i = 0; i < out[d]; ++i) {
          std::int64_t covered = 0;
          // Position p is in window i when p lies in [i n / m, (i + 1) n / m).
          for (std::int64_t p = 0; p < in[d]; ++p)
            covered += (p + 1) * out[d] > i * in[d] && p * out[d] < (i + 1) * in[d];
          finer.push_back(size * covered);
        }
      }
      windows = finer;
    }
    for (const std::int64_t size : windows) pooled(1, size, mean)(tally);
  };
}

void reduce(Tally& tally, std::int64_t n, bool mean) {
  const Number sum = sum_of(tally, n);
  if (mean) (void)(sum / static_cast<double>(n));
}

void lstm_step(Tally& tally, std::int64_t in, std::int64_t hidden, std::int64_t state, bool bias) {
  for (std::int64_t h = 0; h < hidden; ++h) {
    std::vector<Number> gates;
    for (int g = 0; g < 4; ++g) {
      dot(tally, in);
      Number a(tally);
      dot(tally, state);
      Number b(tally);
      if (bias) a = a + Number(tally);
      if (bias) b = b + Number(tally);
      gates.push_back(a + b);
    }
    const Number cell = sigmoid(gates[1]) * Number(tally) + sigmoid(gates[0]) * tanh(gates[2]);
    (void)(sigmoid(gates[3]) * tanh(cell));
  }
}

void gru_step(Tally& tally, std::int64_t in, std::int64_t hidden, bool bias) {
  for (std::int64_t h = 0; h < hidden; ++h) {
    std::vector<Number> ours;
    std::vector<Number> theirs;
    for (int g = 0; g < 3; ++g) {
      dot(tally, in);
      ours.push_back(bias ? Number(tally) + Number(tally) : Number(tally));
      dot(tally, hidden);
      theirs.push_back(bias ? Number(tally) + Number(tally) : Number(tally));
    }
    const Number reset = sigmoid(ours[0] + theirs[0]);
    const Number update = sigmoid(ours[1] + theirs[1]);
    const Number fresh = tanh(ours[2] + reset * theirs[2]);
    (void)((1.0 - update) * fresh + update * Number(tally));
  }
}

// Linear interpolation along each of `dimensions` in turn.
Number interpolated(Tally& tally, int dimensions) {
  if (dimensions == 0) return Number(tally);
  return interpolated(tally, dimensions - 1) * Number(tally) +
         interpolated(tally, dimensions - 1) * Number(tally);
}

Number cubic(const std::vector<Number>& taps, Number weight) {
  return taps[0] * weight + taps[1] * weight + taps[2] * weight + taps[3] * weight;
}

using Cases = std::vector<FormulaCase>;

void add_contractions(Cases& cases) {
  cases.push_back(
      {"linear",
       call("linear", {tensor("input", {2, 5, 3}), tensor("weight", {4, 3}), tensor("bias", {4})},
            {2, 5, 4}),
       products(40, 3, 1)});
  cases.push_back({"linear",
                   call("linear", {tensor("input", {7, 2}), tensor("weight", {3, 2})}, {7, 3}),
                   products(21, 2, 0)});
  cases.push_back(
      {"matmul", call("matmul", {tensor("self", {2, 3, 5}), tensor("other", {2, 5, 4})}, {2, 3, 4}),
       products(24, 5, 0)});
  cases.push_back({"matmul", call("matmul", {tensor("self", {6}), tensor("other", {6})}, {}),
                   products(1, 6, 0)});
  cases.push_back({"scaled_matmul",
                   call("addmm",
                        {tensor("self", {4}), tensor("mat1", {2, 3}), tensor("mat2", {3, 4}),
                         numbers("beta", {1}), numbers("alpha", {1})},
                        {2, 4}),
                   products(8, 3, 1)});
  // alpha scales each product, beta each element of what is added.
  cases.push_back(
      {"scaled_matmul",
       call("baddbmm",
            {tensor("self", {2, 3, 4}), tensor("batch1", {2, 3, 5}), tensor("batch2", {2, 5, 4}),
             numbers("beta", {0.5}), numbers("alpha", {0.1})},
            {2, 3, 4}),
       products(24, 5, 3)});
  cases.push_back({"scaled_matmul",
                   call("baddbmm",
                        {tensor("self", {2, 3, 4}), tensor("batch1", {2, 3, 5}),
                         tensor("batch2", {2, 5, 4}), numbers("beta", {0}), numbers("alpha", {1})},
                        {2, 3, 4}),
                   products(24, 5, 0)});
  cases.push_back({"bilinear",
                   call("bilinear",
                        {tensor("input1", {2, 3}), tensor("input2", {2, 4}),
                         tensor("weight", {5, 3, 4}), tensor("bias", {5})},
                        {2, 5}),
                   [](Tally& tally) {
                     for (int result = 0; result < 2 * 5; ++result) {
                       tally.into_matrix = true;
                       Number sum(tally, 0);
                       for (int term = 0; term < 3 * 4; ++term)
                         sum = sum + Number(tally) * Number(tally) * Number(tally);
                       tally.into_matrix = false;
                       (void)(sum + Number(tally));
                     }
                   }});
  cases.push_back(
      {"einsum",
       call("einsum",
            {text("equation", "bij,bjk->bik"), tensors("tensors", {{2, 3, 5}, {2, 5, 4}})},
            {2, 3, 4}),
       products(24, 5, 0)});
  cases.push_back(
      {"einsum",
       call("einsum", {text("equation", "i,j->ij"), tensors("tensors", {{3}, {4}})}, {3, 4}),
       each(12, [](Number x) { (void)(x * x); })});
  cases.push_back({"einsum",
                   call("einsum", {text("equation", "ij->i"), tensors("tensors", {{3, 4}})}, {3}),
                   each(3 * 4, [](Number x) { (void)(x + x); })});
  cases.push_back(
      {"einsum",
       call("einsum",
            {text("equation", "ij,jk,kl->il"), tensors("tensors", {{2, 3}, {3, 4}, {4, 5}})},
            {2, 5}),
       [](Tally& tally) {
         products(2 * 4, 3, 0)(tally);
         products(2 * 5, 4, 0)(tally);
       }});
  // 6 heads' scores of 3 queries and 5 keys; queries have 4 features, values 7.
  const auto attention = [](bool masked) {
    return [masked](Tally& tally) {
      for (int row = 0; row < 6 * 3; ++row) {
        for (int key = 0; key < 5; ++key) {
          dot(tally, 4);
          const Number score = Number(tally) * 0.5;
          if (masked) (void)(score + Number(tally));
        }
        softmax_rows(1, 5, false)(tally);
        for (int feature = 0; feature < 7; ++feature) dot(tally, 5);
      }
    };
  };
  cases.push_back({"sdpa",
                   call("scaled_dot_product_attention",
                        {tensor("query", {2, 3, 3, 4}), tensor("key", {2, 3, 5, 4}),
                         tensor("value", {2, 3, 5, 7}), tensor("attn_mask", {3, 5})},
                        {2, 3, 3, 7}),
                   attention(true)});
  cases.push_back(
      {"sdpa",
       call("scaled_dot_product_attention",
            {tensor("query", {2, 3, 3, 4}), tensor("key", {2, 1, 5, 4}),
             tensor("value", {2, 1, 5, 7}), numbers("is_causal", {0}), numbers("enable_gqa", {1})},
            {2, 3, 3, 7}),
       attention(false)});
}

void add_convolutions(Cases& cases) {
  const auto add = [&](int dimensions, Sizes in, Sizes weight, Sizes out, bool bias,
                       std::int64_t terms) {
    std::vector<OperationArgument> arguments{tensor("input", std::move(in)),
                                             tensor("weight", weight)};
    if (bias) arguments.push_back(tensor("bias", {out[1]}));
    std::int64_t results = 1;
    for (const std::int64_t size : out) results *= size;
    const std::string name = "conv" + std::to_string(dimensions) + "d";
    cases.push_back({name, call(name, arguments, out), products(results, terms, bias ? 1 : 0)});
  };
  add(1, {2, 3, 9}, {4, 3, 2}, {2, 4, 8}, true, 3 * 2);
  add(2, {2, 6, 9, 8}, {4, 3, 2, 3}, {2, 4, 8, 6}, true, 3 * 2 * 3);  // two groups
  add(2, {1, 3, 5, 5}, {2, 3, 1, 1}, {1, 2, 5, 5}, false, 3);
  add(3, {1, 2, 4, 5, 6}, {3, 2, 2, 2, 3}, {1, 3, 3, 4, 4}, false, 2 * 2 * 2 * 3);
  const auto transposed = [&](int dimensions, Sizes in, Sizes weight, Sizes out,
                              std::int64_t results) {
    const std::string name = "conv_transpose" + std::to_string(dimensions) + "d";
    cases.push_back(
        {name,
         call(dimensions == 1 ? name : name + "",
              {tensor("input", in), tensor("weight", weight), tensor("bias", {out[1]})}, out),
         [=](Tally& tally) {
           std::int64_t inputs = 1;
           for (const std::int64_t size : in) inputs *= size;
           std::int64_t spread = 1;  // results that each input is added to
           for (std::size_t d = 1; d < weight.size(); ++d) spread *= weight[d];
           for (std::int64_t i = 0; i < inputs; ++i) dot(tally, spread);
           each(results, [](Number x) { (void)(x + x); })(tally);
         }});
  };
  transposed(1, {2, 3, 5}, {3, 4, 2}, {2, 4, 6}, 48);
  transposed(2, {1, 3, 4, 5}, {3, 2, 2, 3}, {1, 2, 5, 7}, 70);
  transposed(3, {1, 2, 2, 3, 4}, {2, 3, 2, 2, 2}, {1, 3, 3, 4, 5}, 180);
}

void add_activations(Cases& cases) {
  const auto add = [&](const std::string& kernel, const std::string& op,
                       const std::function<void(Number)>& body,
                       std::vector<OperationArgument> more = {}) {
    more.insert(more.begin(), tensor("self", {2, 7}));
    cases.push_back({kernel, call(op, more, {2, 7}), each(14, body)});
  };
  add("silu", "silu", [](Number x) { (void)(x * sigmoid(x)); });
  add("sigmoid", "sigmoid", [](Number x) { (void)sigmoid(x); });
  add("tanh", "tanh", [](Number x) { (void)tanh(x); });
  add("relu", "relu", [](Number x) { (void)max(x, 0); });
  add("relu6", "relu6", [](Number x) { (void)min(max(x, 0), 6); });
  add("leaky_relu", "leaky_relu", [](Number x) { (void)x.choose(0, x, x * 0.01); });
  add("prelu", "prelu", [](Number x) { (void)x.choose(0, x, x * x); }, {tensor("weight", {7})});
  add("elu", "elu", [](Number x) { (void)x.choose(0, x, (exp(x) - 1.0) * 0.9); });
  add("elu", "selu", [](Number x) { (void)(x.choose(0, x, (exp(x) - 1.0) * 0.9) * 1.05); });
  add("elu", "celu", [](Number x) { (void)x.choose(0, x, (exp(x / 0.9) - 1.0) * 0.9); });
  add("hard_sigmoid", "hardsigmoid", [](Number x) { (void)(min(max(x + 3.0, 0), 6) / 6.0); });
  add("hard_tanh", "hardtanh", [](Number x) { (void)min(max(x, -1), 1); });
  add("hard_swish", "hardswish", [](Number x) { (void)(x * min(max(x + 3.0, 0), 6) / 6.0); });
  add("softplus", "softplus", [](Number x) { (void)log(exp(x) + 1.0); }, {numbers("beta", {1})});
  add("softplus", "softplus", [](Number x) { (void)(log(exp(x * 2.0) + 1.0) / 2.0); },
      {numbers("beta", {2})});
  add("mish", "mish", [](Number x) { (void)(x * tanh(log(exp(x) + 1.0))); });
  add("gelu", "gelu", [](Number x) { (void)(0.5 * x * (erf(x / 1.4142) + 1.0)); },
      {text("approximate", "none")});
  add("gelu", "gelu",
      [](Number x) { (void)(0.5 * x * (tanh(0.797 * (x + 0.044715 * (x * x * x))) + 1.0)); },
      {text("approximate", "tanh")});
  add("dropout", "dropout", [](Number x) { (void)(x * x / 0.9); });
  cases.push_back({"glu", call("glu", {tensor("self", {2, 8})}, {2, 4}),
                   each(8, [](Number x) { (void)(x * sigmoid(x)); })});
}

void add_normalisations(Cases& cases) {
  cases.push_back({"layer_norm",
                   call("layer_norm",
                        {tensor("input", {2, 3, 5}), numbers("normalized_shape", {5}),
                         tensor("weight", {5}), tensor("bias", {5})},
                        {2, 3, 5}),
                   normalised(6, 5, true, true)});
  cases.push_back(
      {"layer_norm",
       call("layer_norm", {tensor("input", {2, 3, 5}), numbers("normalized_shape", {3, 5})},
            {2, 3, 5}),
       normalised(2, 15, false, false)});
  cases.push_back({"group_norm",
                   call("group_norm",
                        {tensor("input", {2, 6, 5}), numbers("num_groups", {3}),
                         tensor("weight", {6}), tensor("bias", {6})},
                        {2, 6, 5}),
                   normalised(6, 10, true, true)});
  cases.push_back(
      {"group_norm",
       call("native_group_norm",
            {tensor("input", {2, 6, 5}), numbers("N", {2}), numbers("group", {2})}, {2, 6, 5}),
       normalised(4, 15, false, false)});
  cases.push_back({"instance_norm",
                   call("instance_norm",
                        {tensor("input", {2, 3, 7}), tensor("weight", {3}), tensor("bias", {3}),
                         numbers("use_input_stats", {1})},
                        {2, 3, 7}),
                   normalised(6, 7, true, true)});
  cases.push_back(
      {"rms_norm",
       call("rms_norm",
            {tensor("input", {4, 5}), numbers("normalized_shape", {5}), tensor("weight", {5})},
            {4, 5}),
       [](Tally& tally) {
         for (int row = 0; row < 4; ++row) {
           Number squares(tally, 0);
           for (int i = 0; i < 5; ++i) squares = squares + Number(tally) * Number(tally);
           const Number scale = rsqrt(squares / 5.0 + 1e-5);
           for (int i = 0; i < 5; ++i) (void)(Number(tally) * scale * Number(tally));
         }
       }});
  cases.push_back(
      {"batch_norm",
       call("batch_norm",
            {tensor("input", {2, 3, 4, 5}), tensor("weight", {3}), tensor("bias", {3}),
             tensor("running_mean", {3}), tensor("running_var", {3}), numbers("training", {0})},
            {2, 3, 4, 5}),
       [](Tally& tally) {
         for (int channel = 0; channel < 3; ++channel) {
           const Number scale = rsqrt(Number(tally) + 1e-5);
           for (int i = 0; i < 2 * 4 * 5; ++i)
             (void)((Number(tally) - Number(tally)) * scale * Number(tally) + Number(tally));
         }
       }});
  cases.push_back({"batch_norm",
                   call("batch_norm",
                        {tensor("input", {4, 3}), tensor("running_mean", {3}),
                         tensor("running_var", {3}), numbers("training", {1})},
                        {4, 3}),
                   [](Tally& tally) {
                     normalised(3, 4, false, false)(tally);
                     // running = running * (1 - momentum) + momentum * batch's, twice
                     for (int i = 0; i < 2 * 3; ++i)
                       (void)(Number(tally) * 0.9 + Number(tally) * 0.1);
                   }});
  cases.push_back({"softmax",
                   call("softmax", {tensor("self", {3, 5}), numbers("dim", {-1})}, {3, 5}),
                   softmax_rows(3, 5, false)});
  cases.push_back({"log_softmax",
                   call("log_softmax", {tensor("self", {3, 5}), numbers("dim", {0})}, {3, 5}),
                   softmax_rows(5, 3, true)});
}

void add_windows(Cases& cases) {
  const std::vector<Sizes> ins = {{2, 3, 9}, {2, 3, 9, 8}, {1, 2, 5, 7, 6}};
  const std::vector<Sizes> outs = {{2, 3, 4}, {2, 3, 4, 3}, {1, 2, 2, 3, 3}};
  const std::vector<Sizes> adaptives = {{2, 3, 4}, {2, 3, 4, 3}, {1, 2, 2, 3, 4}};
  for (std::size_t d = 0; d < 3; ++d) {
    const std::string suffix = std::to_string(d + 1) + "d";
    std::int64_t results = 1;
    for (const std::int64_t size : outs[d]) results *= size;
    std::vector<double> kernel(d + 1, 2);
    kernel.back() = 3;
    const std::int64_t window = 3 * (std::int64_t{1} << d);
    cases.push_back({"max_pool" + suffix,
                     call("max_pool" + suffix,
                          {tensor("self", ins[d]), numbers("kernel_size", kernel)}, outs[d]),
                     pooled(results, window, false)});
    cases.push_back({"avg_pool" + suffix,
                     call("avg_pool" + suffix,
                          {tensor("self", ins[d]), numbers("kernel_size", kernel)}, outs[d]),
                     pooled(results, window, true)});
    // One number for all dimensions.
    std::int64_t cube = 1;
    for (std::size_t i = 0; i <= d; ++i) cube *= 2;
    cases.push_back(
        {"max_pool" + suffix,
         call("max_pool" + suffix, {tensor("self", ins[d]), numbers("kernel_size", {2})}, outs[d]),
         pooled(results, cube, false)});
    const Sizes in(ins[d].begin() + 2, ins[d].end());
    const Sizes out(adaptives[d].begin() + 2, adaptives[d].end());
    const std::int64_t planes = ins[d][0] * ins[d][1];
    cases.push_back({"adaptive_avg_pool" + suffix,
                     call("adaptive_avg_pool" + suffix, {tensor("self", ins[d])}, adaptives[d]),
                     adaptive(planes, in, out, true)});
    cases.push_back({"adaptive_max_pool" + suffix,
                     call("adaptive_max_pool" + suffix, {tensor("self", ins[d])}, adaptives[d]),
                     adaptive(planes, in, out, false)});
  }
  const std::vector<std::string> linear = {"upsample_linear1d", "upsample_bilinear2d",
                                           "upsample_trilinear3d"};
  for (int d = 0; d < 3; ++d) {
    const Sizes& in = ins[static_cast<std::size_t>(d)];
    cases.push_back({"interpolate_linear",
                     call(linear[static_cast<std::size_t>(d)], {tensor("self", in)}, {2, 11}),
                     [d](Tally& tally) {
                       for (int result = 0; result < 22; ++result) interpolated(tally, d + 1);
                     }});
  }
  cases.push_back({"interpolate_cubic",
                   call("upsample_bicubic2d", {tensor("self", {1, 2, 3, 4})}, {1, 2, 5, 6}),
                   each(60, [](Number x) {
                     std::vector<Number> rows;
                     for (int row = 0; row < 4; ++row) rows.push_back(cubic({x, x, x, x}, x));
                     (void)cubic(rows, x);
                   })});
  const auto sampled = [](bool corners, bool between) {
    return [=](Tally& tally) {
      for (int place = 0; place < 2 * 4 * 5; ++place) {
        std::vector<Number> at;
        for (int axis = 0; axis < 2; ++axis) {
          const Number x(tally);
          at.push_back(corners ? (x + 1.0) / 2.0 * 7.0 : ((x + 1.0) * 8.0 - 1.0) / 2.0);
          at.push_back(floor(at.back()));
        }
        if (!between) continue;
        const Number left = at[0] - at[1];
        const Number right = at[1] - at[0];
        const Number up = at[2] - at[3];
        const Number down = at[3] - at[2];
        const std::vector<Number> weights{left * up, left * down, right * up, right * down};
        for (int channel = 0; channel < 3; ++channel)
          (void)(Number(tally) * weights[0] + Number(tally) * weights[1] +
                 Number(tally) * weights[2] + Number(tally) * weights[3]);
      }
    };
  };
  const auto sample = [&](double mode, bool corners) {
    cases.push_back({"grid_sample",
                     call("grid_sampler",
                          {tensor("input", {2, 3, 8, 8}), tensor("grid", {2, 4, 5, 2}),
                           numbers("interpolation_mode", {mode}),
                           numbers("align_corners", {corners ? 1.0 : 0.0})},
                          {2, 3, 4, 5}),
                     sampled(corners, mode == 0)});
  };
  sample(0, false);
  sample(0, true);
  sample(1, true);
}

void add_recurrences(Cases& cases) {
  // Two layers over 5 steps of a batch of 3; the second layer's input is the first one's state.
  cases.push_back({"lstm",
                   call("lstm",
                        {tensor("input", {5, 3, 4}), tensors("hx", {{2, 3, 2}, {2, 3, 2}}),
                         tensors("params", {{8, 4}, {8, 2}, {8}, {8}, {8, 2}, {8, 2}, {8}, {8}})},
                        {5, 3, 2}),
                   [](Tally& tally) {
                     for (int step = 0; step < 5 * 3; ++step) {
                       lstm_step(tally, 4, 2, 2, true);
                       lstm_step(tally, 2, 2, 2, true);
                     }
                   }});
  // A state of 6 units projected to 2.
  cases.push_back(
      {"lstm",
       call("lstm", {tensor("input", {5, 3, 4}), tensors("params", {{24, 4}, {24, 2}, {2, 6}})},
            {5, 3, 2}),
       [](Tally& tally) {
         for (int step = 0; step < 5 * 3; ++step) {
           lstm_step(tally, 4, 6, 2, false);
           products(2, 6, 0)(tally);
         }
       }});
  cases.push_back(
      {"lstm_cell",
       call("lstm_cell",
            {tensor("input", {3, 4}), tensors("hx", {{3, 2}, {3, 2}}), tensor("w_ih", {8, 4}),
             tensor("w_hh", {8, 2}), tensor("b_ih", {8}), tensor("b_hh", {8})},
            {3, 2}),
       [](Tally& tally) {
         for (int row = 0; row < 3; ++row) lstm_step(tally, 4, 2, 2, true);
       }});
  cases.push_back({"gru",
                   call("gru",
                        {tensor("input", {5, 3, 4}), tensor("hx", {1, 3, 2}),
                         tensors("params", {{6, 4}, {6, 2}, {6}, {6}})},
                        {5, 3, 2}),
                   [](Tally& tally) {
                     for (int step = 0; step < 5 * 3; ++step) gru_step(tally, 4, 2, true);
                   }});
  cases.push_back({"gru_cell",
                   call("gru_cell",
                        {tensor("input", {3, 4}), tensor("hx", {3, 2}), tensor("w_ih", {6, 4}),
                         tensor("w_hh", {6, 2})},
                        {3, 2}),
                   [](Tally& tally) {
                     for (int row = 0; row < 3; ++row) gru_step(tally, 4, 2, false);
                   }});
}

void add_losses(Cases& cases) {
  const auto add = [&](const std::string& kernel, const std::string& op, double reduction,
                       const std::function<void(Number)>& body) {
    cases.push_back(
        {kernel,
         call(op,
              {tensor("self", {3, 4}), tensor("target", {3, 4}), numbers("reduction", {reduction})},
              {}),
         [=](Tally& tally) {
           each(12, body)(tally);
           if (reduction != 0) reduce(tally, 12, reduction == 1);
         }});
  };
  add("mse_loss", "mse_loss", 1, [](Number x) {
    const Number d = x - x;
    (void)(d * d);
  });
  add("mse_loss", "mse_loss", 2, [](Number x) {
    const Number d = x - x;
    (void)(d * d);
  });
  add("mse_loss", "mse_loss", 0, [](Number x) {
    const Number d = x - x;
    (void)(d * d);
  });
  add("smooth_l1_loss", "smooth_l1_loss", 1, [](Number x) {
    const Number d = abs(x - x);
    (void)d.choose(1, d - 0.5, 0.5 * d * d / 1.0);
  });
  add("huber_loss", "huber_loss", 1, [](Number x) {
    const Number d = abs(x - x);
    (void)d.choose(1, (d - 0.5) * 1.0, 0.5 * d * d);
  });
  add("kl_div", "kl_div", 1, [](Number x) { (void)(x * (log(x) - x)); });
  add("binary_cross_entropy", "binary_cross_entropy", 1,
      [](Number x) { (void)-(x * log(x) + (1.0 - x) * log(1.0 - x)); });
  add("binary_cross_entropy", "binary_cross_entropy_with_logits", 1,
      [](Number x) { (void)(max(x, 0) - x * x + log(exp(-abs(x)) + 1.0)); });
  cases.push_back(
      {"nll_loss",
       call("nll_loss_nd",
            {tensor("self", {3, 4}), tensor("target", {3}), numbers("reduction", {1})}, {}),
       [](Tally& tally) {
         each(3, [](Number x) { (void)-x; })(tally);
         reduce(tally, 3, true);
       }});
  cases.push_back({"cross_entropy",
                   call("cross_entropy_loss",
                        {tensor("self", {3, 4}), tensor("target", {3}), numbers("reduction", {1}),
                         numbers("label_smoothing", {0})},
                        {}),
                   [](Tally& tally) {
                     softmax_rows(3, 4, true)(tally);
                     each(3, [](Number x) { (void)-x; })(tally);
                     reduce(tally, 3, true);
                   }});
}

void add_lookups(Cases& cases) {
  const auto nothing = [](Tally&) {};
  cases.push_back(
      {"embedding",
       call("embedding", {tensor("weight", {9, 4}), tensor("indices", {2, 3})}, {2, 3, 4}),
       nothing});
  cases.push_back({"gather",
                   call("gather", {tensor("self", {3, 4}), tensor("index", {3, 2})}, {3, 2}),
                   nothing});
  cases.push_back({"index",
                   call("index", {tensor("self", {3, 4}), tensors("indices", {{5}})}, {5, 4}),
                   nothing});
  cases.push_back({"pad", call("pad", {tensor("self", {3, 4})}, {5, 6}), nothing});
  cases.push_back({"roll", call("roll", {tensor("self", {3, 4})}, {3, 4}), nothing});
  cases.push_back({"pixel_shuffle",
                   call("pixel_shuffle", {tensor("self", {1, 4, 3, 3})}, {1, 1, 6, 6}), nothing});
  cases.push_back({"interpolate_nearest",
                   call("upsample_nearest2d", {tensor("self", {1, 4, 3, 3})}, {1, 4, 6, 6}),
                   nothing});
  // 6 rows of 4 in two bags: sums, or means.
  cases.push_back({"embedding_bag",
                   call("embedding_bag",
                        {tensor("weight", {9, 4}), tensor("indices", {6}), tensor("offsets", {2}),
                         numbers("mode", {0})},
                        {2, 4}),
                   [](Tally& tally) { sum_of(tally, 6 * 4); }});
  cases.push_back({"embedding_bag",
                   call("embedding_bag",
                        {tensor("weight", {9, 4}), tensor("indices", {6}), tensor("offsets", {2}),
                         numbers("mode", {1}), tensor("per_sample_weights", {6})},
                        {2, 4}),
                   [](Tally& tally) {
                     each(6 * 4, [](Number x) { (void)(x * x + x); })(tally);
                     each(2 * 4, [](Number x) { (void)(x / 3.0); })(tally);
                   }});
  // A heap of 3 is two comparisons deep.
  cases.push_back({"top_k", call("topk", {tensor("self", {2, 10}), numbers("k", {3})}, {2, 3}),
                   each(20, [](Number x) { (void)max(max(x, 0), 0); })});
}

}  // namespace

std::vector<FormulaCase> formula_cases() {
  Cases cases;
  add_contractions(cases);
  add_convolutions(cases);
  add_activations(cases);
  add_normalisations(cases);
  add_windows(cases);
  add_recurrences(cases);
  add_losses(cases);
  add_lookups(cases);
  return cases;
}

}  // namespace strata
