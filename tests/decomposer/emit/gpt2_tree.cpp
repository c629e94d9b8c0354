#include "tests/decomposer/emit/gpt2_tree.h"

#include "tests/decomposer/emit/component_builder.h"

namespace strata {
namespace {

const Sizes kHidden = {1, 64, 768};
const Sizes kHeads = {1, 12, 64, 64};

class Gpt2 {
 public:
  Tree build() {
    layer_norm_ = add(layer_norm());
    attention_ = add(attention());
    mlp_ = add(mlp());
    block_ = add(block());
    add(model());
    return std::move(tree_);
  }

 private:
  ComponentId add(ComponentBuilder builder) {
    tree_.components.push_back(builder.component());
    return static_cast<ComponentId>(tree_.components.size() - 1);
  }

  ComponentBuilder layer_norm() {
    ComponentBuilder norm(0, "layer_norm", "layer_norm_1x64x768_768_768_fp32");
    norm.component().description =
        "(x - mean(x)) / sqrt(var(x) + eps) * weight + bias over the last dimension";
    const LocalId x = norm.input("x", kHidden);
    const LocalId weight = norm.parameter("weight", {768});
    const LocalId bias = norm.parameter("bias", {768});
    norm.returns({norm.call("aten::layer_norm",
                            {ValueRef{x}, Sizes{768}, ValueRef{weight}, ValueRef{bias}, 1e-05}, "y",
                            kHidden)});
    return norm;
  }

  // Conv1D: x.view, addmm, view.
  ComponentBuilder linear(std::int64_t in, std::int64_t out) {
    ComponentBuilder linear(
        0, "linear", "linear_1x64x" + std::to_string(in) + "_" + std::to_string(out) + "_fp32");
    const LocalId x = linear.input("x", {1, 64, in});
    const LocalId weight = linear.parameter("weight", {in, out});
    const LocalId bias = linear.parameter("bias", {out});
    const LocalId rows = linear.call("aten::view", {ValueRef{x}, Sizes{-1, in}}, "view", {64, in});
    const LocalId product = linear.call(
        "aten::addmm", {ValueRef{bias}, ValueRef{rows}, ValueRef{weight}}, "addmm", {64, out});
    linear.returns({linear.call("aten::view", {ValueRef{product}, Sizes{1, 64, out}}, "view_1",
                                {1, 64, out})});
    return linear;
  }

  ComponentBuilder unary(const std::string& operation, const std::string& op,
                         std::vector<Argument> rest, const Sizes& sizes, const std::string& name) {
    ComponentBuilder kernel(0, operation, name);
    std::vector<Argument> arguments = {ValueRef{kernel.input("x", sizes)}};
    arguments.insert(arguments.end(), rest.begin(), rest.end());
    kernel.returns({kernel.call(op, std::move(arguments), "y", sizes)});
    return kernel;
  }

  ComponentBuilder matmul() {
    ComponentBuilder matmul(0, "matmul", "matmul_1x12x64x64_1x12x64x64_fp32");
    const LocalId a = matmul.input("a", kHeads);
    const LocalId b = matmul.input("b", kHeads);
    matmul.returns({matmul.call("aten::matmul", {ValueRef{a}, ValueRef{b}}, "product", kHeads)});
    return matmul;
  }

  ComponentBuilder attention() {
    const ComponentId qkv_linear = add(linear(768, 2304));
    const ComponentId linear_768 = add(linear(768, 768));
    const ComponentId matmul_kernel = add(matmul());
    const ComponentId softmax = add(unary("softmax", "aten::softmax.int", {std::int64_t{-1}},
                                          kHeads, "softmax_1x12x64x64_fp32"));
    ComponentBuilder attn(1, "gpt2_attention", "gpt2_attention_1x64x768_fp32");
    attn.component().class_name = "transformers.models.gpt2.modeling_gpt2.GPT2Attention";
    const LocalId x = attn.input("x", kHidden);
    const LocalId mask = attn.input("mask", {1, 1, 64, 64});
    const auto c_attn = attn.child("c_attn", qkv_linear);
    const auto scores_product = attn.child("matmul", matmul_kernel);
    const auto probabilities = attn.child("softmax", softmax);
    const auto context_product = attn.child("matmul_2", matmul_kernel);
    const auto c_proj = attn.child("c_proj", linear_768);
    const LocalId qkv = attn.forward(c_attn, {x}, "qkv", {1, 64, 2304});
    const auto parts =
        attn.call_list("aten::split.Tensor", {ValueRef{qkv}, std::int64_t{768}, std::int64_t{2}},
                       {"q", "k", "v"}, kHidden);
    std::vector<LocalId> heads;
    for (const char* name : {"query", "key", "value"}) {
      const LocalId part = parts[heads.size()];
      const LocalId split =
          attn.call("aten::view", {ValueRef{part}, Sizes{1, 64, 12, 64}}, name, {1, 64, 12, 64});
      heads.push_back(attn.call("aten::transpose.int",
                                {ValueRef{split}, std::int64_t{1}, std::int64_t{2}}, name, kHeads));
    }
    const LocalId turned =
        attn.call("aten::transpose.int", {ValueRef{heads[1]}, std::int64_t{-1}, std::int64_t{-2}},
                  "key", kHeads);
    const LocalId product = attn.forward(scores_product, {heads[0], turned}, "scores", kHeads);
    const LocalId scaled =
        attn.call("aten::mul.Tensor", {ValueRef{product}, 0.125}, "scores", kHeads);
    const LocalId scores =
        attn.call("aten::add.Tensor", {ValueRef{scaled}, ValueRef{mask}}, "scores", kHeads);
    const LocalId weights = attn.forward(probabilities, {scores}, "weights", kHeads);
    const LocalId context = attn.forward(context_product, {weights, heads[2]}, "context", kHeads);
    const LocalId back =
        attn.call("aten::transpose.int", {ValueRef{context}, std::int64_t{1}, std::int64_t{2}},
                  "context", {1, 64, 12, 64});
    const LocalId merged =
        attn.call("aten::reshape", {ValueRef{back}, Sizes{1, 64, -1}}, "context", kHidden);
    attn.returns({attn.forward(c_proj, {merged}, "y", kHidden)});
    return attn;
  }

  ComponentBuilder mlp() {
    const ComponentId fc = add(linear(768, 3072));
    const ComponentId proj = add(linear(3072, 768));
    const ComponentId gelu = add(unary("gelu_tanh", "aten::gelu", {std::string("tanh")},
                                       {1, 64, 3072}, "gelu_tanh_1x64x3072_fp32"));
    ComponentBuilder mlp(1, "gpt2_mlp", "gpt2_mlp_1x64x768_fp32");
    mlp.component().class_name = "transformers.models.gpt2.modeling_gpt2.GPT2MLP";
    const LocalId x = mlp.input("x", kHidden);
    const LocalId wide = mlp.forward(mlp.child("c_fc", fc), {x}, "hidden", {1, 64, 3072});
    const LocalId active = mlp.forward(mlp.child("act", gelu), {wide}, "hidden", {1, 64, 3072});
    mlp.returns({mlp.forward(mlp.child("c_proj", proj), {active}, "y", kHidden)});
    return mlp;
  }

  ComponentBuilder block() {
    ComponentBuilder block(2, "gpt2_block", "gpt2_block_1x64x768_fp32");
    block.component().class_name = "transformers.models.gpt2.modeling_gpt2.GPT2Block";
    const LocalId x = block.input("x", kHidden);
    const LocalId mask = block.input("mask", {1, 1, 64, 64});
    const auto ln_1 = block.child("ln_1", layer_norm_);
    const auto attn = block.child("attn", attention_);
    const auto ln_2 = block.child("ln_2", layer_norm_);
    const auto mlp = block.child("mlp", mlp_);
    const LocalId normed = block.forward(ln_1, {x}, "normed", kHidden);
    const LocalId attended = block.forward(attn, {normed, mask}, "attended", kHidden);
    const LocalId middle =
        block.call("aten::add.Tensor", {ValueRef{x}, ValueRef{attended}}, "x", kHidden);
    const LocalId normed_2 = block.forward(ln_2, {middle}, "normed", kHidden);
    const LocalId fed = block.forward(mlp, {normed_2}, "fed", kHidden);
    block.returns(
        {block.call("aten::add.Tensor", {ValueRef{middle}, ValueRef{fed}}, "x", kHidden)});
    return block;
  }

  ComponentBuilder embedding() {
    ComponentBuilder embedding(0, "embedding", "embedding_1x64_i64_50257x768_fp32");
    const LocalId ids = embedding.input("indices", {1, 64}, ScalarType::kInt64);
    const LocalId weight = embedding.parameter("weight", {50257, 768});
    embedding.returns(
        {embedding.call("aten::embedding", {ValueRef{weight}, ValueRef{ids}}, "y", kHidden)});
    return embedding;
  }

  ComponentBuilder model() {
    const ComponentId embedding_ = add(embedding());
    ComponentBuilder model(3, "gpt2", "gpt2_1x64_i64");
    const LocalId ids = model.input("input_ids", {1, 64}, ScalarType::kInt64);
    const LocalId mask = model.input("mask", {1, 1, 64, 64});
    LocalId x = model.forward(model.child("wte", embedding_), {ids}, "x", kHidden);
    for (std::int32_t i = 0; i < 2; ++i)
      x = model.forward(model.child("h", i, block_), {x, mask}, "x", kHidden);
    model.returns({model.forward(model.child("ln_f", layer_norm_), {x}, "x", kHidden)});
    return model;
  }

  Tree tree_;
  ComponentId layer_norm_ = kNone;
  ComponentId attention_ = kNone;
  ComponentId mlp_ = kNone;
  ComponentId block_ = kNone;
};

}  // namespace

Tree gpt2_tree() { return Gpt2().build(); }

}  // namespace strata
