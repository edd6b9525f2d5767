#pragma once
/// Templates as Meta lists them; what webhooks tell of one is written with the webhook
/// (delivery/ledger.hpp). Used from one thread (a store actor's); every call blocks.

#include "stentor/core/base/ids.hpp"
#include "stentor/core/base/result.hpp"

#include <string>

namespace stentor::ports {

class template_store {
public:
  virtual ~template_store() = default;

  /// All templates of one WhatsApp business account, as a JSON array of Meta's objects; those that
  /// are not in it any more are marked as deleted.
  [[nodiscard]] virtual core::status save(core::organization_no organization,
                                          const std::string& waba_id, const std::string& json) = 0;
};

} // namespace stentor::ports
