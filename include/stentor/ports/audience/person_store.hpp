#pragma once
/// One person as the whole organization knows him, whether he is a customer or stands on lists
/// only. Thread-safe; every call blocks.

#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <cstdint>
#include <string>

namespace stentor::ports {

/// By one of the three.
struct person_named {
  std::string customer_id; ///< a UUID
  std::uint64_t phone = 0; ///< E.164 digits
  std::string user_id;
};

class person_store {
public:
  virtual ~person_store() = default;

  /// JSON: customer or null, every key, stops, and a page of his messages in all campaigns, the
  /// latest campaign first. not_found only for the id of a customer whom nobody knows.
  /// @param p goes on by its cursor alone
  [[nodiscard]] virtual core::result<std::string>
  show(const principal& who, const person_named& person, core::page p) = 0;
};

} // namespace stentor::ports
