#pragma once
/// ports::node_feed on PostgreSQL, by LISTEN and looks. Used from one thread; every call blocks.

#include "adapters/postgres/client/connection.hpp"
#include "stentor/ports/system/node_feed.hpp"

#include <map>
#include <memory>
#include <string>

namespace stentor::postgres {

class node_feed final : public ports::node_feed {
public:
  /// On a connection of its own. @param node the id of this daemon
  [[nodiscard]] static core::result<std::unique_ptr<node_feed>> open(connection_options options,
                                                                     std::string node);

  core::status wait(std::chrono::milliseconds patience) override;
  core::result<ports::node_news> look(const std::vector<core::campaign_no>& running) override;

private:
  node_feed(connection db, std::string node) : db_{std::move(db)}, node_{std::move(node)} {}
  [[nodiscard]] core::status listen();
  [[nodiscard]] core::status read_stops(ports::node_news& news);
  [[nodiscard]] core::status read_words(ports::node_news& news);
  [[nodiscard]] core::status read_campaigns(const std::vector<core::campaign_no>& running,
                                            ports::node_news& news);
  [[nodiscard]] core::status read_others(ports::node_news& news);
  [[nodiscard]] core::status trim();

  connection db_;
  std::string node_;
  ports::node_news told_; ///< since the last look
  int listening_ = 0;     ///< the backend of the session that listens
  std::string horizon_;   ///< of the last look; empty: there was none
  std::map<core::number_no, std::int64_t> words_;
  std::int32_t others_ = -1;
  std::chrono::steady_clock::time_point trimmed_{};
};

} // namespace stentor::postgres
