#pragma once
/// Meta's management API, as far as the engine uses it. adapters/meta writes the requests and reads
/// the answers. Any thread; an answer comes as a callback on the gateway's network thread.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/meta/number_facts.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// A WhatsApp business account and who may ask about it.
struct business_account {
  std::string waba_id;
  std::string token; ///< bearer token, never logged
};

struct template_page {
  std::vector<std::string> templates; ///< Meta's objects, each as JSON fit for jsonb
  std::string next; ///< to be given back for the next page; empty after the last one
};

class management_api {
public:
  virtual ~management_api() = default;

  /// One page of an account's templates.
  /// @param page empty for the first one
  virtual void list_templates(const business_account& account, const std::string& page,
                              std::function<void(core::result<template_page>)> then) = 0;
  /// What Meta says of a business number.
  virtual void read_number(const std::string& phone_number_id, const std::string& token,
                           std::function<void(core::result<number_facts>)> then) = 0;
  /// Where messages of a business number are posted to, as a path with the API's version.
  [[nodiscard]] virtual std::string messages_path(std::string_view phone_number_id) const = 0;
};

} // namespace stentor::ports
