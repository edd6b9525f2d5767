#pragma once
/// The fixed scenario that the golden answers tell: what an operator does in one week, every step
/// with the same people and the same outcome. The steps stand in the order in which run() takes
/// them, each may use what earlier ones made. The main thread only.

#include "tests/golden/golden_answers.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace stentor::testing {

class scenario {
public:
  scenario(test_environment& env, golden_answers& golden) : env_{env}, golden_{golden} {}
  void run();

private:
  // scenario_lists.cpp: what is there before anything is sent
  void look_at_the_system();
  void look_at_templates_and_numbers();
  void change_template(const json& made);
  void keep_media();
  void keep_customers();
  void change_customers();
  void keep_suppressions();
  void keep_segments();
  void look_at_jobs();
  void make_drafts();
  void change_drafts();
  void import_lists();
  void check_before_sending();
  // scenario_runs.cpp: what is sent, and what becomes of it
  void send_to_completion();
  void look_at_recipients();
  void hear_replies();
  void look_at_reports();
  void hold_pause_and_cancel();
  void schedule();
  void fail();
  void recur();
  void delete_campaigns();
  // scenario_access.cpp: who did and may do what
  void verify_webhooks();
  void make_tokens();
  void look_at_the_audit_log();

  /// Creates a campaign and calls its id "<name>" in every answer.
  std::string create(const std::string& name, const json& draft);
  [[nodiscard]] static std::string campaign(const std::string& id, std::string_view rest = {});
  void upload(const std::string& name, const std::string& id, const std::string& csv);
  [[nodiscard]] json read(const std::string& target);
  /// Sends, and leaves the answer out: how much is sent by then depends on the moment.
  void start(const std::string& id);
  /// Waits until so many recipients of a campaign are in this state.
  void wait_for(const std::string& id, const std::string& state, int count);
  /// Waits until the campaign has this status, and its report explains every recipient.
  void wait_until_explained(const std::string& id, const std::string& status);

  test_environment& env_;
  golden_answers& golden_;
  std::string full_, newsletter_, unused_, held_, scheduled_, failing_;
};

/// A draft that names the first number only, so that it does not matter which one is quicker.
[[nodiscard]] json draft_of(const std::string& name, const json& changes = json::object());
/// A send window that is closed today: what is launched waits in it.
[[nodiscard]] json closed_window();

inline constexpr const char* campaigns_path = "/api/whatsapp/campaigns";
inline constexpr const char* sender = "106540352242901"; ///< the first number of the environment

} // namespace stentor::testing
