#pragma once
/// Templates at Meta: made, changed and taken away. adapters/meta writes the requests and reads the
/// answers. Any thread; an answer comes as a callback on the gateway's network thread.

#include "stentor/core/base/result.hpp"
#include "stentor/ports/meta/management_api.hpp"

#include <functional>
#include <string>

namespace stentor::ports {

struct created_template {
  std::string id;       ///< Meta's
  std::string status;   ///< PENDING as a rule
  std::string category; ///< may be another one than was asked for
};

/// Errors are Meta's own words, with its code. An answer that never came may have been a yes: errc
/// unavailable.
class template_api {
public:
  virtual ~template_api() = default;

  /// @param json Meta's object of a template in one language
  virtual void create_template(const business_account& account, const std::string& json,
                               std::function<void(core::result<created_template>)> then) = 0;
  /// @param json {"category", "components"}: what shall be different
  virtual void edit_template(const business_account& account, const std::string& id,
                             const std::string& json, std::function<void(core::status)> then) = 0;
  /// One language of a template.
  virtual void delete_template(const business_account& account, const std::string& name,
                               const std::string& id, std::function<void(core::status)> then) = 0;
  /// Of a template that Meta paused because nobody was sure yet how people like it.
  virtual void unpause_template(const business_account& account, const std::string& id,
                                std::function<void(core::status)> then) = 0;
};

} // namespace stentor::ports
