#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "anticheat/reply.h"

namespace strata {

// Findings and errors as a compiler prints them, the source line and a caret below each, with a
// last line that counts.
std::string print_reply(const ScanReply& reply);

// The page of one rule, in Markdown, docs/rules/ID.md: what it refuses, why, what to write, a bad
// and a good line, what it refuses by name; "all" gives rules_document(). Throws Error "scan.rule"
// with the nearest known ids when there is no such rule.
std::string explain_rule(const std::string& id);

// The list of the rules and the allow-lists, in Markdown: docs/rules.md.
std::string rules_document();

// SARIF 2.1.0, for editors and code hosts.
nlohmann::json to_sarif(const ScanReply& reply);

}  // namespace strata
