#pragma once
/// The business numbers of an organization, for people. Thread-safe; every call blocks.

#include "stentor/core/base/page.hpp"
#include "stentor/core/base/result.hpp"
#include "stentor/ports/access/principal.hpp"

#include <string>
#include <string_view>

namespace stentor::ports {

/// Empty: all.
struct quality_filter {
  std::string subject = {}; ///< one of quality_subjects
  std::string name = {};    ///< phone_number_id, a template's name, or a portfolio's id
};

inline constexpr std::string_view quality_subjects[] = {"number", "template", "portfolio"};

class number_directory {
public:
  virtual ~number_directory() = default;

  /// {"data": […]}
  [[nodiscard]] virtual core::result<std::string> list(const principal& who) = 0;
  /// The daemons that may send from them, those of the last day that have ended too, and the active
  /// numbers from which none sends.
  [[nodiscard]] virtual core::result<std::string> nodes(const principal& who) = 0;
  /// The portfolios whose messaging limit the numbers share, and how much of it is used.
  [[nodiscard]] virtual core::result<std::string> portfolios(const principal& who) = 0;
  /// What Meta changed about numbers, templates and limits, the latest first.
  [[nodiscard]] virtual core::result<std::string>
  quality_history(const principal& who, const quality_filter& filter, core::page p) = 0;
};

} // namespace stentor::ports
