#pragma once
/// The templates that an organization may send, as the last synchronisation left them. Thread-safe;
/// every call blocks.

#include "stentor/core/base/json_text.hpp"
#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stentor::ports {

/// Which templates of a list are wanted; empty: whatever it is.
struct template_filter {
  std::string name;     ///< or a part of it
  std::string status;   ///< as Meta spells it, in any case of letters
  std::string category; ///< likewise
  std::string language; ///< likewise
};

/// A WhatsApp business account of an organization's active numbers.
struct account_holders {
  std::string waba_id;
  std::string nodes; ///< daemons that send from its numbers now, so have a token; empty: none
};

class template_directory {
public:
  virtual ~template_directory() = default;

  /// One page, by name and language; those that Meta lists no more only if their status is asked
  /// for.
  [[nodiscard]] virtual core::result<std::string>
  list(const principal& who, const template_filter& wanted, core::page page) = 0;

  /// @param id Meta's. not_found when the organization has none with it
  [[nodiscard]] virtual core::result<core::json_text> get(const principal& who,
                                                          std::string_view id) = 0;

  [[nodiscard]] virtual core::result<std::vector<account_holders>>
  accounts(const principal& who) = 0;
};

} // namespace stentor::ports
