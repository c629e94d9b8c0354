#include "tests/verifier/small_tree.h"

namespace strata {
namespace {

std::shared_ptr<const OperatorSchema> schema(const std::string& name, int tensors) {
  auto made = std::make_shared<OperatorSchema>();
  made->name_space = "aten";
  made->name = name;
  for (int i = 0; i < tensors; ++i) {
    SchemaArgument argument;
    argument.name = "arg" + std::to_string(i);
    argument.type = ArgumentType::kTensor;
    made->arguments.push_back(argument);
  }
  made->returns.emplace_back();
  return made;
}

Value value(const std::string& name, std::vector<std::int64_t> sizes, NodeId producer) {
  Value made;
  made.name = name;
  made.meta.strides.assign(sizes.size(), 1);
  for (std::size_t i = sizes.size(); i-- > 1;) {
    made.meta.strides[i - 1] = made.meta.strides[i] * sizes[i];
  }
  made.meta.sizes = std::move(sizes);
  made.producer = producer;
  return made;
}

Node node(const std::string& name, int tensors, std::vector<Argument> arguments, ValueId output,
          NodeId original) {
  Node made;
  made.name = name;
  made.op = schema(name, tensors);
  made.arguments = std::move(arguments);
  made.outputs = {output};
  made.original = original;
  return made;
}

ValueRef ref(std::int32_t id) { return ValueRef{id}; }

Component kernel(const std::string& operation, const Node& original, std::vector<Local> locals,
                 std::vector<LocalId> inputs) {
  Component made;
  made.level = 0;
  made.name = operation + "_2x4_fp32";
  made.operation = operation;
  made.locals = std::move(locals);
  made.inputs = std::move(inputs);
  const auto last = static_cast<LocalId>(made.locals.size() - 1);
  made.outputs = {last};
  OperatorCall call;
  call.op = original.op;
  for (std::int32_t i = 0; i < last; ++i) call.arguments.push_back(ref(i));
  call.outputs = {last};
  made.body.push_back(std::move(call));
  return made;
}

}  // namespace

SmallTree small_tree() {
  SmallTree small;
  Graph& loaded = small.loaded;
  loaded.name = "small";
  loaded.values = {value("x", {2, 4}, kNone), value("w", {4, 4}, kNone), value("d", {2, 4}, 0),
                   value("y", {2, 4}, 1),     value("r", {2, 4}, 2),     value("z", {2, 4}, 3)};
  loaded.nodes = {node("dropout", 1, {ref(0)}, 2, 0), node("linear", 2, {ref(2), ref(1)}, 3, 1),
                  node("relu", 1, {ref(3)}, 4, 2), node("add", 2, {ref(0), ref(4)}, 5, 3)};
  loaded.frames.emplace_back();
  Parameter weight;
  weight.value = 1;
  weight.name = "w";
  weight.meta = loaded.values[1].meta;
  loaded.parameters = {weight};
  loaded.inputs = {0};
  loaded.input_names = {"x"};
  loaded.outputs = {ref(5)};

  Graph& normalised = small.normalised;
  normalised = loaded;
  normalised.dropped = {{0, "dropout", "aten::dropout", "dropout in eval mode"}};
  normalised.nodes.erase(normalised.nodes.begin());
  normalised.nodes[0].arguments[0] = ref(0);
  normalised.values[2].producer = kNone;
  for (int i = 0; i < 3; ++i) normalised.values[static_cast<std::size_t>(i) + 3].producer = i;

  const Local x{"x", {2, 4}, ScalarType::kFloat32};
  const Local w{"weight", {4, 4}, ScalarType::kFloat32};
  Component linear = kernel("linear", normalised.nodes[0], {x, w, x}, {0});
  linear.parameters = {{"weight", 1, ParameterKind::kParameter, {4, 1}, false}};
  Component relu = kernel("relu", normalised.nodes[1], {x, x}, {0});
  Component root;
  root.level = 3;
  root.name = "small_2x4_fp32";
  root.operation = "small";
  root.locals = {x, x, x, x};
  root.inputs = {0};
  root.outputs = {3};
  root.children = {{"fc", std::nullopt, 0}, {"act", std::nullopt, 1}};
  OperatorCall add;
  add.op = normalised.nodes[2].op;
  add.arguments = {ref(0), ref(2)};
  add.outputs = {3};
  add.role = CallRole::kArithmetic;
  root.body = {ChildCall{0, {0}, {1}}, ChildCall{1, {1}, {2}}, add};
  small.tree.components = {linear, relu, root};
  small.tree.instances = {{2, kNone, kNone, "", "", 0, {0, 3, 4, 5}, {2}, {}},
                          {0, 0, 0, "fc", "fc", 0, {0, 1, 3}, {0}, {0}},
                          {1, 0, 1, "act", "act", 0, {3, 4}, {1}, {}}};
  return small;
}

}  // namespace strata
