#pragma once
/// Understands just enough of PostgreSQL's protocol (its documentation, chapter "Frontend/Backend
/// Protocol") to find the answer to a COMMIT, so that a proxy can let the server commit and keep
/// the answer from the client. No I/O; one thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace stentor::load {

class commit_watch {
public:
  /// @param armed of all sessions together: the next commit's answer is withheld, of a COMMIT or of
  /// a statement that writes outside a transaction, and then this is false again. Outlives the
  /// watch
  explicit commit_watch(bool& armed) noexcept : armed_{armed} {}

  /// Bytes of the client. Only the beginning of a session matters: a question for encryption is
  /// answered by one byte without a frame.
  void from_client(std::string_view bytes);
  /// Bytes of the server; what may be handed on is appended to `pass`. @return true when armed and
  /// the server has made something durable: its answer is withheld, and the session is to be cut
  [[nodiscard]] bool from_server(std::string_view bytes, std::string& pass);

private:
  [[nodiscard]] bool take_frame(std::string_view frame, std::string& pass);
  [[nodiscard]] bool ready_for_query(char status, std::string& pass);

  std::string opening_;    ///< of the client, until its session has begun
  bool begun_ = false;     ///< nothing else of the client is looked at
  int bare_answers_ = 0;   ///< one byte each, to come before the first frame
  bool blind_ = false;     ///< the session is encrypted
  std::string rest_;       ///< the beginning of a frame whose end has not come
  std::string withheld_;   ///< since the answer to a statement that may have written
  bool committed_ = false; ///< a COMMIT is among what is withheld
  bool& armed_;
  bool in_transaction_ = false; ///< as of the server's last word
};

} // namespace stentor::load
