#include "decomposer/load/module_stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernels_l0/error.h"

namespace strata {
namespace {

constexpr std::string_view kNoStack = "_empty_nn_module_stack_from_metadata_hook";

// Splits at `separator` where no bracket is open.
std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '[' || c == '(' || c == '{') ++depth;
    if ((c == ']' || c == ')' || c == '}') && depth > 0) --depth;
    if (c == separator && depth == 0) {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

// "@12" at the end of the text as 12; -1 when there is none.
int call_suffix(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at + 1 == text.size()) return -1;
  int number = -1;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + at + 1, end, number);
  return error == std::errc() && stop == end ? number : -1;
}

// A module may itself be named "x@1"; its first call then has the key "..x@1" and no suffix of its
// own.
int call_index(std::string_view key, std::string_view path) {
  const int suffix = call_suffix(key);
  if (suffix < 0) return 0;
  const std::size_t dot = path.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? path : path.substr(dot + 1);
  return call_suffix(last) >= 0 && key.ends_with(last) ? 0 : suffix;
}

// Strict exports write paths as Python: "L['self'].layers[0]", "L['self']._modules['h']"; frames go
// by "layers.0".
std::string plain_path(std::string_view path) {
  constexpr std::string_view kSelf = "L['self']";
  if (!path.starts_with(kSelf)) return std::string(path);
  path.remove_prefix(kSelf.size());
  std::string plain;
  for (const char c : path) {
    if (c == ']' || c == '\'' || c == '"') continue;
    plain += c == '[' ? '.' : c;
  }
  for (std::size_t at; (at = plain.find("._modules.")) != std::string::npos;) plain.erase(at, 9);
  return plain.starts_with('.') ? plain.substr(1) : plain;
}

FrameId depth_of(const std::vector<Frame>& frames, FrameId frame) {
  FrameId depth = 0;
  for (; frames[static_cast<std::size_t>(frame)].parent != kNone; ++depth) {
    frame = frames[static_cast<std::size_t>(frame)].parent;
  }
  return depth;
}

FrameId enclosing(const std::vector<Frame>& frames, FrameId a, FrameId b) {
  FrameId depth_a = depth_of(frames, a);
  FrameId depth_b = depth_of(frames, b);
  while (a != b) {
    if (depth_a >= depth_b) {
      a = frames[static_cast<std::size_t>(a)].parent;
      --depth_a;
    } else {
      b = frames[static_cast<std::size_t>(b)].parent;
      --depth_b;
    }
  }
  return a;
}

}  // namespace

std::vector<ModuleCall> parse_module_stack(std::string_view text) {
  std::vector<ModuleCall> calls;
  if (text.empty() || text.starts_with(kNoStack)) return calls;
  for (const std::string_view entry : split(text, ';')) {
    const auto parts = split(entry, ',');
    if (parts.size() != 3) {
      throw Error("load.module_stack",
                  fmt::format("'{}': an entry of nn_module_stack reads key,path,class; got {} "
                              "parts; rename modules whose "
                              "names hold ',' or ';'",
                              entry, parts.size()));
    }
    calls.push_back({parts[1], parts[2], call_index(parts[0], parts[1])});
  }
  return calls;
}

FrameTable::FrameTable() { frames_.emplace_back(); }

FrameId FrameTable::frame_of(std::string_view module_stack) {
  const auto known = known_.find(module_stack);
  if (known != known_.end()) return known->second;
  const std::vector<ModuleCall> calls = parse_module_stack(module_stack);
  FrameId frame = calls.empty() ? kNone : 0;
  for (const ModuleCall& call : calls) {
    std::string path = plain_path(call.path);
    if (path.empty() && call.call == 0 && frame == 0) {
      if (frames_[0].class_name.empty()) frames_[0].class_name = call.class_name;
      continue;
    }
    std::string key = call.call == 0 ? path : fmt::format("{}@{}", path, call.call);
    const auto [child, added] =
        children_.try_emplace({frame, key}, static_cast<FrameId>(frames_.size()));
    if (added)
      frames_.push_back(
          {frame, std::move(key), std::move(path), std::string(call.class_name), call.call});
    frame = child->second;
  }
  known_.emplace(module_stack, frame);
  return frame;
}

void fill_missing_frames(Graph& graph) {
  auto& nodes = graph.nodes;
  FrameId before = 0;
  for (std::size_t i = 0; i < nodes.size();) {
    if (nodes[i].frame != kNone) {
      before = nodes[i++].frame;
      continue;
    }
    std::size_t next = i;
    while (next < nodes.size() && nodes[next].frame == kNone) ++next;
    const FrameId after = next < nodes.size() ? nodes[next].frame : 0;
    const FrameId frame = i == 0 ? 0 : enclosing(graph.frames, before, after);
    for (; i < next; ++i) nodes[i].frame = frame;
  }
}

}  // namespace strata
