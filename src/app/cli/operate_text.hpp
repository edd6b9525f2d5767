#pragma once
/// Answers of the admin API about the daemon, numbers, nodes, segments, jobs and
/// suppressions as text for people. Pure functions; what an answer lacks is left out.

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace stentor::app {

[[nodiscard]] std::string status_text(const nlohmann::json& status);
[[nodiscard]] std::string numbers_text(const nlohmann::json& list);
[[nodiscard]] std::string nodes_text(const nlohmann::json& list);
[[nodiscard]] std::string portfolios_text(const nlohmann::json& list);
[[nodiscard]] std::string quality_history_text(const nlohmann::json& page);
[[nodiscard]] std::string segments_text(const nlohmann::json& page);
[[nodiscard]] std::string segment_count_text(const nlohmann::json& preview);
[[nodiscard]] std::string jobs_text(const nlohmann::json& page);
[[nodiscard]] std::string job_text(const nlohmann::json& job);
[[nodiscard]] std::string suppressions_text(const nlohmann::json& page);

} // namespace stentor::app
