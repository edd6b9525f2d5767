#pragma once
/// Management calls: paths to ask for, and what their answers say. Pure; any thread.

#include "stentor/core/base/result.hpp"

#include <string>
#include <string_view>

namespace stentor::meta {

/// @param version "v25.0"
[[nodiscard]] std::string messages_path(std::string_view version, std::string_view phone_number_id);
[[nodiscard]] std::string templates_path(std::string_view version, std::string_view waba_id);
[[nodiscard]] std::string phone_number_path(std::string_view version,
                                            std::string_view phone_number_id);

struct template_page {
  std::string templates; ///< JSON array of Meta's objects, fit for jsonb
  std::size_t count = 0;
  std::string next_path; ///< path and query of the next page, without an access token; empty after
                         ///< the last one
};

/// @param host the host that was asked; a next page elsewhere is an error, because it would carry
/// the token away
[[nodiscard]] core::result<template_page> read_template_page(int http_status, std::string_view body,
                                                             std::string_view host);

struct phone_number_info {
  std::string display_phone_number;
  std::string verified_name;
  std::string quality_rating;  ///< GREEN, YELLOW, RED, NA, UNKNOWN
  std::string status;          ///< CONNECTED, …
  std::string throughput;      ///< STANDARD, HIGH, …
  std::string messaging_limit; ///< TIER_10K, …
};

[[nodiscard]] core::result<phone_number_info> read_phone_number(int http_status,
                                                                std::string_view body);

} // namespace stentor::meta
