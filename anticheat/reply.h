#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "anticheat/finding.h"
#include "anticheat/request.h"

namespace strata {

// Something that kept a file from being judged: it can't be read or parsed, or a construct can't be
// resolved.
struct ScanError {
  Place place;
  std::string message;
};

// What one judged class computes by itself. Counts are calls per call of forward: loops over
// constant ranges and over lists of children are multiplied out.
struct ClassFacts {
  std::string file;
  std::string name;  // qualified: "gpt2_block_1x64x768_fp32::Model"
  Profile profile = Profile::kParent;
  OperatorCounts arithmetic;  // "add", "sub", "mul", "div", "neg", "pow"
  OperatorCounts plumbing;    // "view", "transpose", ...
  OperatorCounts operators;   // kernels and flat files: every ATen call, by base name
  OperatorCounts children;    // forward calls by child class
};

struct ScanTimings {  // seconds
  double header = 0;  // finding or making the precompiled header
  double parse = 0;   // parsing, until judging starts
  double judge = 0;
  double emit = 0;  // object code
};

struct ScanReply {
  std::vector<Finding> findings;  // in order of file and line
  std::vector<ScanError> errors;
  std::vector<ClassFacts> classes;
  ScanTimings timings;
  bool object_emitted = false;
  std::filesystem::path header_archive;  // code that the object needs from what it includes
  bool cached = false;                   // answered without running the scanner; never stored
};

// True when everything was judged and nothing was found.
bool is_clean(const ScanReply& reply);
// Throws Error "scan.could_not_check" with the first error's place when something could not be
// judged.
void require_judged(const ScanReply& reply);

// Children that are not decomposed yet: the files that were judged as flat.
std::vector<std::string> open_children(const ScanReply& reply);

// "schema": "scan/1".
nlohmann::json to_json(const ScanReply& reply);
// Throws Error "scan.reply".
ScanReply reply_from_json(const nlohmann::json& document);

}  // namespace strata
