/// A medium is received in one transaction on a connection of its own: its pieces first, and at the
/// end, when its hash is known, the medium itself. What breaks off leaves nothing.
#include "adapters/postgres/message_template/media_directory.hpp"

#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/client/row_reader.hpp"
#include "adapters/postgres/message_template/media_pieces.hpp"
#include "stentor/core/base/hex.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::postgres {

namespace {

constexpr std::size_t piece_bytes = 1024 * 1024;
constexpr const char* no_media =
    "There are no media with this id; GET /api/whatsapp/media lists those that there are.";

std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}

class intake final : public ports::media_intake {
public:
  intake(query_pool& pool, connection db, ports::principal who, std::string name,
         const core::media_format& format)
      : pool_{pool}, db_{std::move(db)}, who_{std::move(who)}, name_{std::move(name)},
        format_{format}, check_{format} {
    crypto_hash_sha256_init(&hash_);
  }

  core::status feed(std::string_view piece) override {
    if (auto s = check_.feed(piece); !s)
      return s;
    const auto bytes = bytes_of(piece);
    crypto_hash_sha256_update(&hash_, bytes.data(), bytes.size());
    while (!piece.empty()) {
      const auto part = piece.substr(0, piece_bytes - waiting_.size());
      waiting_.append(part);
      piece.remove_prefix(part.size());
      if (waiting_.size() == piece_bytes)
        if (auto s = store(); !s)
          return s;
    }
    return core::ok{};
  }

  core::result<ports::kept_media> finish() override {
    if (auto s = check_.finish(); !s)
      return s.error();
    if (auto s = waiting_.empty() ? core::status{core::ok{}} : store(); !s)
      return s.error();
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&hash_, digest.data());
    std::string hash;
    core::append_hex(hash, digest);
    params p;
    p.integer(no_).integer(who_.organization).text(name_).text(format_.mime).text(hash);
    p.integer(check_.bytes()).text(who_.actor);
    auto made = db_.call("media_insert", std::move(p));
    if (!made)
      return made.error();
    if (made->empty())
      return known(hash);
    const auto id = made->string(0, 0);
    const auto detail = R"({"mime":")" + std::string{format_.mime} + R"(","bytes":)" +
                        std::to_string(check_.bytes()) + "}";
    if (auto s = write_audit(db_, {who_, "media.upload", id, detail}); !s)
      return s.error();
    if (auto s = transaction_->commit(); !s)
      return s.error();
    return shown(id, true);
  }

private:
  /// The transaction begins with the first bytes that are worth it.
  core::status store() {
    if (!transaction_) {
      auto t = transaction::begin(db_);
      if (!t)
        return t.error();
      transaction_.emplace(std::move(*t));
      auto next = db_.call("media_next_no", {});
      if (!next)
        return next.error();
      no_ = row_reader{*next}.integer("no");
    }
    std::string digits;
    core::append_hex(digits, bytes_of(waiting_));
    waiting_.clear();
    return db_.execute("media_add_piece", params{}.integer(no_).integer(pieces_++).text(digits));
  }

  /// The same bytes are there already; these go.
  core::result<ports::kept_media> known(const std::string& hash) {
    transaction_.reset();
    auto found = pool_.ask("media_by_hash", params{}.integer(who_.organization).text(hash));
    if (!found)
      return found.error();
    if (found->empty()) // deleted meanwhile
      return core::error{core::errc::unavailable, "The same file was just deleted. Send it again."};
    return shown(row_reader{*found}.string("id"), false);
  }

  core::result<ports::kept_media> shown(const std::string& id, bool is_new) {
    auto json = pool_.json_of("media_show", params{}.integer(who_.organization).text(id), no_media);
    if (!json)
      return json.error();
    return ports::kept_media{core::json_text{std::move(*json)}, is_new};
  }

  query_pool& pool_;
  connection db_;
  std::optional<transaction> transaction_; ///< before the connection it stands on
  ports::principal who_;
  std::string name_;
  const core::media_format& format_;
  core::media_check check_;
  crypto_hash_sha256_state hash_{};
  std::string waiting_; ///< less than a piece
  std::int64_t no_ = 0;
  std::int64_t pieces_ = 0;
};

class directory final : public ports::media_directory {
public:
  explicit directory(query_pool& pool) : pool_{pool} {}

  core::result<std::unique_ptr<ports::media_intake>>
  receive(const ports::principal& who, const std::string& name,
          const core::media_format& format) override {
    auto db = pool_.own_connection("stentor media");
    if (!db)
      return db.error();
    return std::unique_ptr<ports::media_intake>{
        std::make_unique<intake>(pool_, std::move(*db), who, name, format)};
  }

  core::result<std::string> list(const ports::principal& who, core::page page) override {
    return pool_.page_of("media_list", params{}.integer(who.organization), page);
  }

  core::result<core::json_text> get(const ports::principal& who, std::string_view id) override {
    auto shown = pool_.json_of("media_show", params{}.integer(who.organization).text(id), no_media);
    if (!shown)
      return shown.error();
    return core::json_text{std::move(*shown)};
  }

  core::result<ports::media_file> read(const ports::principal& who, std::string_view id) override {
    return pool_.in_transaction([&](connection& db) -> core::result<ports::media_file> {
      auto found = db.call("media_find", params{}.integer(who.organization).text(id));
      if (!found)
        return found.error();
      auto file = read_media(db, *found);
      if (!file)
        return file.error();
      if (!*file)
        return core::error{core::errc::not_found, no_media};
      return std::move(**file);
    });
  }

  /// The lock comes first, and the question in a statement of its own: it sees what a launch wrote
  /// that was waited for.
  core::status remove(const ports::principal& who, std::string_view id) override {
    return pool_.in_transaction([&](connection& db) -> core::status {
      auto locked = db.call("media_lock", params{}.integer(who.organization).text(id));
      if (!locked)
        return locked.error();
      if (locked->empty())
        return core::error{core::errc::not_found, no_media};
      auto used = db.call("media_in_use", params{}.integer(who.organization).text(id));
      if (!used)
        return used.error();
      if (!used->empty())
        return core::error{core::errc::conflict,
                           "The campaign \"" + row_reader{*used}.string("name") +
                               "\" names these media and is not over. Delete or end it first, or "
                               "let it name others."};
      if (auto s = db.execute("media_delete", params{}.integer(row_reader{*locked}.integer("no")));
          !s)
        return s;
      return write_audit(db, {who, "media.delete", std::string{id}, "{}"});
    });
  }

private:
  query_pool& pool_;
};

} // namespace

std::unique_ptr<ports::media_directory> make_media_directory(query_pool& pool) {
  return std::make_unique<directory>(pool);
}

} // namespace stentor::postgres
