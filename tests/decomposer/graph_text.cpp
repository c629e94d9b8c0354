#include "tests/decomposer/graph_text.h"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <sstream>

#include "kernels_l0/error.h"

namespace strata {
namespace {

[[noreturn]] void fail(std::string_view line, const std::string& rule) {
  throw Error("graph_text.syntax", "'" + std::string(line) + "': " + rule);
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Splits at commas outside of brackets, braces and quotes.
std::vector<std::string_view> pieces(std::string_view text) {
  std::vector<std::string_view> found;
  int depth = 0;
  bool quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ',';
    if (c == '"') quoted = !quoted;
    if (c == '[' || c == '{' || c == '(') ++depth;
    if (c == ']' || c == '}' || c == ')') --depth;
    if (c == ',' && (depth == 0 || i == text.size()) && !quoted) {
      const auto piece = trimmed(text.substr(start, i - start));
      if (!piece.empty()) found.push_back(piece);
      start = i + 1;
    }
  }
  return found;
}

class Reader {
 public:
  Graph read(std::string_view text) {
    graph_.name = "test";
    graph_.frames.push_back(Frame{});
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
      const auto comment = line.find('#');
      line_ = trimmed(std::string_view(line).substr(0, comment));
      if (!line_.empty()) statement(line_);
    }
    return std::move(graph_);
  }

 private:
  void statement(std::string_view line) {
    const auto word = line.substr(0, line.find(' '));
    const auto rest = trimmed(line.substr(word.size()));
    if (word == "input") return input(rest);
    if (word == "parameter") return parameter(rest, ParameterKind::kParameter);
    if (word == "buffer") return parameter(rest, ParameterKind::kBuffer);
    if (word == "constant") return parameter(rest, ParameterKind::kConstant);
    if (word == "class") return name_class(rest);
    if (word == "return") {
      for (const auto piece : pieces(rest)) graph_.outputs.push_back(argument(piece, nullptr));
      return;
    }
    node(line);
  }

  void input(std::string_view text) {
    const auto colon = text.find(" : ");
    if (colon == std::string_view::npos) fail(line_, "an input is `%name : type[sizes]`");
    const ValueId value = new_value(trimmed(text.substr(0, colon)), meta(text.substr(colon + 3)));
    graph_.inputs.push_back(value);
    graph_.input_names.push_back(graph_.values[static_cast<std::size_t>(value)].name);
  }

  void parameter(std::string_view text, ParameterKind kind) {
    const auto colon = text.rfind(" : ");
    if (colon == std::string_view::npos)
      fail(line_, "a parameter is `%name \"path\" : type[sizes]`");
    const auto head = trimmed(text.substr(0, colon));
    const auto quote = head.find('"');
    Parameter made;
    made.kind = kind;
    made.meta = meta(text.substr(colon + 3));
    made.value = new_value(trimmed(head.substr(0, quote)), made.meta);
    made.name = quote == std::string_view::npos
                    ? graph_.values[static_cast<std::size_t>(made.value)].name
                    : std::string(head.substr(quote + 1, head.size() - quote - 2));
    made.storage = static_cast<std::int32_t>(graph_.storages.size());
    std::int64_t count = 1;
    for (const auto size : made.meta.sizes) count *= size;
    Storage storage;
    storage.record = "data/weights/weight_" + std::to_string(made.storage);
    storage.size = static_cast<std::uint64_t>(count * element_size(made.meta.dtype));
    graph_.storages.push_back(storage);
    graph_.parameters.push_back(made);
  }

  void name_class(std::string_view text) {
    const auto equals = text.find(" = ");
    if (equals == std::string_view::npos) fail(line_, "a class is `path = package.Class`");
    classes_[std::string(trimmed(text.substr(0, equals)))] =
        std::string(trimmed(text.substr(equals + 3)));
  }

  void node(std::string_view line) {
    Node made;
    const auto at = line.rfind(" @");
    if (at != std::string_view::npos) {
      made.frame = frame(line.substr(at + 2));
      line = trimmed(line.substr(0, at));
    }
    std::vector<TensorMeta> metas;
    const auto colon = line.rfind(" : ");
    if (colon != std::string_view::npos) {
      for (const auto piece : pieces(line.substr(colon + 3))) metas.push_back(meta(piece));
      line = trimmed(line.substr(0, colon));
    }
    const auto equals = line.find(" = ");
    const auto results =
        equals == std::string_view::npos ? std::string_view() : line.substr(0, equals);
    const auto call = equals == std::string_view::npos ? line : trimmed(line.substr(equals + 3));
    const auto open = call.find('(');
    if (open == std::string_view::npos || call.back() != ')')
      fail(line_, "a node is `%y = aten::op(arguments) : types`");
    made.op = schema(call.substr(0, open));
    arguments(made, call.substr(open + 1, call.size() - open - 2));
    made.original = static_cast<NodeId>(graph_.nodes.size());
    const auto names = pieces(results);
    if (names.size() != metas.size()) fail(line_, "as many types as results are needed");
    for (std::size_t i = 0; i < names.size(); ++i) {
      const ValueId value = new_value(names[i], metas[i]);
      graph_.values[static_cast<std::size_t>(value)].producer = made.original;
      made.outputs.push_back(value);
    }
    made.name = names.empty() ? made.op->name + "_" + std::to_string(made.original)
                              : std::string(names.front().substr(1));
    graph_.nodes.push_back(std::move(made));
  }

  std::shared_ptr<const OperatorSchema> schema(std::string_view name) {
    const auto colons = name.find("::");
    if (colons == std::string_view::npos) fail(line_, "an operator is `aten::name.overload`");
    const auto dot = name.find('.', colons);
    const auto end = dot == std::string_view::npos ? name.size() : dot;
    return operator_schema(std::string(name.substr(0, colons)),
                           std::string(name.substr(colons + 2, end - colons - 2)),
                           dot == std::string_view::npos ? "" : std::string(name.substr(dot + 1)));
  }

  void arguments(Node& node, std::string_view text) {
    const auto& declared = node.op->arguments;
    std::vector<std::optional<Argument>> given(declared.size());
    std::size_t position = 0;
    for (auto piece : pieces(text)) {
      const auto equals = piece.find('=');
      std::size_t index = position;
      if (equals != std::string_view::npos && piece.front() != '"') {
        const int named = node.op->argument_index(trimmed(piece.substr(0, equals)));
        if (named < 0)
          fail(line_, "there is no argument '" + std::string(piece.substr(0, equals)) + "'");
        index = static_cast<std::size_t>(named);
        piece = trimmed(piece.substr(equals + 1));
      } else {
        ++position;
      }
      if (index >= declared.size()) fail(line_, "too many arguments");
      given[index] = argument(piece, &declared[index]);
    }
    for (std::size_t i = 0; i < declared.size(); ++i) {
      if (!given[i] && !declared[i].has_default && !declared[i].optional) {
        fail(line_, "argument '" + declared[i].name + "' is missing");
      }
      node.arguments.push_back(given[i]                  ? *given[i]
                               : declared[i].has_default ? declared[i].default_value
                                                         : Argument{NoneArgument{}});
    }
  }

  Argument argument(std::string_view text, const SchemaArgument* declared) {
    const auto type = declared ? declared->type : ArgumentType::kOther;
    if (text == "None") return NoneArgument{};
    if (text == "True") return true;
    if (text == "False") return false;
    if (text.front() == '%') return ValueRef{known(text)};
    if (text.front() == '"') return std::string(text.substr(1, text.size() - 2));
    if (text.front() == '[') return list(text.substr(1, text.size() - 2), type);
    if (const auto dtype = scalar_type_from_short_name(text)) return *dtype;
    if (text == "inf") return std::numeric_limits<double>::infinity();
    if (text == "-inf") return -std::numeric_limits<double>::infinity();
    if (text == "cpu") return Device{"cpu", -1};
    if (text == "contiguous_format") return MemoryFormat::kContiguous;
    if (text == "preserve_format") return MemoryFormat::kPreserve;
    const std::string number(text);
    char* end = nullptr;
    const double value = std::strtod(number.c_str(), &end);
    if (end != number.c_str() + number.size()) fail(line_, "'" + number + "' is no argument");
    if (number.find_first_of(".e") == std::string::npos && type != ArgumentType::kFloat) {
      return static_cast<std::int64_t>(value);
    }
    return value;
  }

  Argument list(std::string_view text, ArgumentType type) {
    const auto items = pieces(text);
    if (type == ArgumentType::kTensorList) {
      std::vector<ValueRef> values;
      for (const auto item : items)
        values.push_back(item == "None" ? ValueRef{} : ValueRef{known(item)});
      return values;
    }
    if (type == ArgumentType::kFloatList) {
      std::vector<double> values;
      for (const auto item : items)
        values.push_back(std::strtod(std::string(item).c_str(), nullptr));
      return values;
    }
    if (type == ArgumentType::kBoolList) {
      std::vector<bool> values;
      for (const auto item : items) values.push_back(item == "True");
      return values;
    }
    std::vector<std::int64_t> values;
    for (const auto item : items) values.push_back(integer(item));
    return values;
  }

  TensorMeta meta(std::string_view text) {
    text = trimmed(text);
    const auto open = text.find('[');
    if (open == std::string_view::npos) fail(line_, "a type is `fp32[1,64]`");
    TensorMeta made;
    const auto dtype = scalar_type_from_short_name(text.substr(0, open));
    if (!dtype) fail(line_, "'" + std::string(text.substr(0, open)) + "' is no element type");
    made.dtype = *dtype;
    const auto close = text.find(']');
    for (const auto size : pieces(text.substr(open + 1, close - open - 1))) {
      made.sizes.push_back(integer(size));
    }
    made.strides.assign(made.sizes.size(), 1);
    for (std::size_t i = made.sizes.size(); i > 1; --i) {
      made.strides[i - 2] = made.strides[i - 1] * std::max<std::int64_t>(made.sizes[i - 1], 1);
    }
    if (const auto brace = text.find('{'); brace != std::string_view::npos) {
      made.strides.clear();
      for (const auto stride : pieces(text.substr(brace + 1, text.size() - brace - 2))) {
        made.strides.push_back(integer(stride));
      }
    }
    return made;
  }

  std::int64_t integer(std::string_view text) {
    std::int64_t value = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    if (result.ptr != text.data() + text.size())
      fail(line_, "'" + std::string(text) + "' is no integer");
    return value;
  }

  // "model/layer.0@1/attn": the frames from the root, made when new.
  FrameId frame(std::string_view keys) {
    FrameId current = 0;
    for (std::size_t start = 0; start < keys.size();) {
      const auto end = std::min(keys.find('/', start), keys.size());
      const std::string key(keys.substr(start, end - start));
      start = end + 1;
      FrameId found = kNone;
      for (std::size_t i = 0; i < graph_.frames.size(); ++i) {
        if (graph_.frames[i].parent == current && graph_.frames[i].key == key)
          found = static_cast<FrameId>(i);
      }
      if (found == kNone) {
        Frame made;
        made.parent = current;
        made.key = key;
        const auto call = key.find('@');
        const auto& above = graph_.frames[static_cast<std::size_t>(current)].path;
        made.path = (above.empty() ? "" : above + ".") + key.substr(0, call);
        made.call = call == std::string::npos ? 0 : std::atoi(key.c_str() + call + 1);
        if (const auto known_class = classes_.find(made.path); known_class != classes_.end()) {
          made.class_name = known_class->second;
        }
        found = static_cast<FrameId>(graph_.frames.size());
        graph_.frames.push_back(made);
      }
      current = found;
    }
    return current;
  }

  ValueId new_value(std::string_view name, TensorMeta meta) {
    if (name.empty() || name.front() != '%') fail(line_, "a value's name starts with %");
    const auto id = static_cast<ValueId>(graph_.values.size());
    if (!values_.emplace(name.substr(1), id).second)
      fail(line_, std::string(name) + " is made twice");
    Value made;
    made.name = std::string(name.substr(1));
    made.meta = std::move(meta);
    graph_.values.push_back(std::move(made));
    return id;
  }

  ValueId known(std::string_view name) {
    const auto found = values_.find(std::string(name.substr(1)));
    if (found == values_.end()) fail(line_, std::string(name) + " is not known here");
    return found->second;
  }

  Graph graph_;
  std::string_view line_;
  std::map<std::string, ValueId> values_;
  std::map<std::string, std::string> classes_;
};

std::string to_text(const Graph& graph, const Argument& argument) {
  const auto value_name = [&](ValueRef value) {
    return value.present() ? "%" + graph.values[static_cast<std::size_t>(value.id)].name
                           : std::string("None");
  };
  const auto join = [](const auto& list, const auto& one) {
    std::string text = "[";
    for (std::size_t i = 0; i < list.size(); ++i) text += (i ? ", " : "") + one(list[i]);
    return text + "]";
  };
  const auto number = [](auto value) {
    std::ostringstream out;
    out << value;
    return out.str();
  };
  const auto truth = [](bool value) { return std::string(value ? "True" : "False"); };
  return std::visit(
      [&](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, NoneArgument>) return "None";
        if constexpr (std::is_same_v<T, ValueRef>) return value_name(value);
        if constexpr (std::is_same_v<T, std::vector<ValueRef>>) return join(value, value_name);
        if constexpr (std::is_same_v<T, bool>) return truth(value);
        if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, double>)
          return number(value);
        if constexpr (std::is_same_v<T, std::string>) return "\"" + value + "\"";
        if constexpr (std::is_same_v<T, std::vector<bool>>) return join(value, truth);
        if constexpr (std::is_same_v<T, std::vector<std::int64_t>>) return join(value, number);
        if constexpr (std::is_same_v<T, std::vector<double>>) return join(value, number);
        if constexpr (std::is_same_v<T, ScalarType>) return std::string(short_name(value));
        if constexpr (std::is_same_v<T, Device>) return value.type;
        return "...";
      },
      argument);
}

}  // namespace

Graph graph_from_text(std::string_view text) { return Reader().read(text); }

ValueId value_of(const Graph& graph, std::string_view name) {
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    if (graph.values[i].name == name) return static_cast<ValueId>(i);
  }
  throw Error("graph_text.value", std::string(name) + ": is no value of the graph");
}

NodeId maker_of(const Graph& graph, std::string_view value) {
  const NodeId maker = graph.values[static_cast<std::size_t>(value_of(graph, value))].producer;
  if (maker == kNone) throw Error("graph_text.maker", std::string(value) + ": no node makes it");
  return maker;
}

std::string to_text(const Graph& graph) {
  std::string text;
  for (const Node& node : graph.nodes) {
    std::string results;
    for (const ValueId output : node.outputs) {
      results += (results.empty() ? "" : ", ") + to_text(graph, Argument{ValueRef{output}});
    }
    text += (results.empty() ? "" : results + " = ") + node.op->qualified_name() + "(";
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
      text += (i ? ", " : "") + to_text(graph, node.arguments[i]);
    }
    text += ")\n";
  }
  return text;
}

}  // namespace strata
