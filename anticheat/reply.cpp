#include "anticheat/reply.h"

#include <nlohmann/json.hpp>

#include "kernels_l0/error.h"

namespace strata {
namespace {

using nlohmann::json;

constexpr char kSchema[] = "scan/1";

std::string spot(const Place& place) {
  std::string text = place.file;
  if (place.line > 0) text += ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  return text;
}

Place read_place(const json& object) {
  return {object.at("file").get<std::string>(), object.at("line").get<int>(),
          object.at("column").get<int>()};
}

json put_place(const Place& place) {
  return {{"file", place.file}, {"line", place.line}, {"column", place.column}};
}

}  // namespace

std::vector<std::string> open_children(const ScanReply& reply) {
  std::vector<std::string> open;
  for (const ClassFacts& one : reply.classes)
    if (one.profile == Profile::kFlat) open.push_back(one.file);
  return open;
}

bool is_clean(const ScanReply& reply) { return reply.findings.empty() && reply.errors.empty(); }

void require_judged(const ScanReply& reply) {
  if (reply.errors.empty()) return;
  const ScanError& first = reply.errors.front();
  throw Error(
      "scan.could_not_check",
      "scan: every file must parse and resolve; got '" + first.message + "'" +
          (reply.errors.size() > 1 ? " and " + std::to_string(reply.errors.size() - 1) + " more"
                                   : "") +
          "; mend the file",
      spot(first.place));
}

json to_json(const ScanReply& reply) {
  json findings = json::array();
  for (const Finding& finding : reply.findings) {
    json entry = put_place(finding.place);
    entry["rule"] = finding.rule;
    entry["text"] = finding.text;
    entry["callee"] = finding.callee;
    entry["message"] = finding.message;
    entry["advice"] = finding.advice;
    findings.push_back(std::move(entry));
  }
  json errors = json::array();
  for (const ScanError& error : reply.errors) {
    json entry = put_place(error.place);
    entry["message"] = error.message;
    errors.push_back(std::move(entry));
  }
  json classes = json::array();
  for (const ClassFacts& facts : reply.classes) {
    classes.push_back({{"file", facts.file},
                       {"name", facts.name},
                       {"profile", profile_name(facts.profile)},
                       {"arithmetic", facts.arithmetic},
                       {"plumbing", facts.plumbing},
                       {"operators", facts.operators},
                       {"children", facts.children}});
  }
  return {{"schema", kSchema},
          {"findings", std::move(findings)},
          {"errors", std::move(errors)},
          {"classes", std::move(classes)},
          {"timings",
           {{"header", reply.timings.header},
            {"parse", reply.timings.parse},
            {"judge", reply.timings.judge},
            {"emit", reply.timings.emit}}},
          {"object_emitted", reply.object_emitted},
          {"header_archive", reply.header_archive.string()}};
}

ScanReply reply_from_json(const json& document) {
  try {
    if (document.at("schema") != kSchema) {
      throw Error("scan.reply",
                  "reply: schema must be \"scan/1\"; got " + document.at("schema").dump() +
                      "; rebuild the scanner",
                  "/schema");
    }
    ScanReply reply;
    for (const json& entry : document.at("findings")) {
      reply.findings.push_back({entry.at("rule"), read_place(entry), entry.at("text"),
                                entry.at("callee"), entry.at("message"), entry.at("advice")});
    }
    for (const json& entry : document.at("errors"))
      reply.errors.push_back({read_place(entry), entry.at("message")});
    for (const json& entry : document.at("classes")) {
      ClassFacts facts;
      facts.file = entry.at("file");
      facts.name = entry.at("name");
      facts.profile = profile_from_name(entry.at("profile").get<std::string>()).value();
      facts.arithmetic = entry.at("arithmetic").get<OperatorCounts>();
      facts.plumbing = entry.at("plumbing").get<OperatorCounts>();
      facts.operators = entry.at("operators").get<OperatorCounts>();
      facts.children = entry.at("children").get<OperatorCounts>();
      reply.classes.push_back(std::move(facts));
    }
    const json& timings = document.at("timings");
    reply.timings = {timings.at("header"), timings.at("parse"), timings.at("judge"),
                     timings.at("emit")};
    reply.object_emitted = document.at("object_emitted");
    reply.header_archive = document.at("header_archive").get<std::string>();
    return reply;
  } catch (const json::exception& problem) {
    throw Error("scan.reply", std::string("reply: must have the form of scan/1; got ") +
                                  problem.what() + "; rebuild the scanner");
  } catch (const std::bad_optional_access&) {
    throw Error("scan.reply", "reply: profiles must be known; got another; rebuild the scanner",
                "/classes");
  }
}

}  // namespace strata
