#include "bench/simulator/ground_truth.hpp"

#include "adapters/process/text_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <type_traits>
#include <unistd.h>

namespace stentor::load {
namespace {

constexpr std::string_view magic = "stentor truth 1\n";
constexpr std::size_t flush_size = 1024 * 1024;

/// A record is a tag, the size of its text (2 bytes), the structure as it lies in memory, and the
/// text. The file is read on the machine that wrote it, so the byte order needs no word.
constexpr char number_tag = 'n';
constexpr char request_tag = 'r';
constexpr char status_tag = 's';
constexpr char stop_tag = 'p';

struct number_head {
  double rate = 0;
  std::uint64_t index = 0;
};

static_assert(std::is_trivially_copyable_v<ground_truth_request> &&
              std::is_trivially_copyable_v<ground_truth_status> &&
              std::is_trivially_copyable_v<ground_truth_stop>);

template <class T>
bool take(std::string_view& from, T& to) {
  if (from.size() < sizeof(T))
    return false;
  std::memcpy(&to, from.data(), sizeof(T));
  from.remove_prefix(sizeof(T));
  return true;
}

bool take_text(std::string_view& from, std::size_t size, std::string_view& to) {
  if (from.size() < size)
    return false;
  to = from.substr(0, size);
  from.remove_prefix(size);
  return true;
}

bool take_record(std::string_view& from, ground_truth& to) {
  char tag = 0;
  std::uint16_t size = 0;
  std::string_view text;
  if (!take(from, tag) || !take(from, size))
    return false;
  if (tag == request_tag) {
    ground_truth_request head;
    if (!take(from, head) || !take_text(from, size, text))
      return false;
    to.requests.push_back({head, to.callback_text.size(), size});
    to.callback_text += text;
    return true;
  }
  if (tag == status_tag) {
    ground_truth_status head;
    return take(from, head) && (to.statuses.push_back(head), true);
  }
  if (tag == stop_tag) {
    ground_truth_stop head;
    return take(from, head) && (to.stops.push_back(head), true);
  }
  number_head head;
  if (tag != number_tag || !take(from, head) || !take_text(from, size, text))
    return false;
  to.numbers.resize(std::max<std::size_t>(to.numbers.size(), head.index + 1));
  to.numbers[head.index] = {std::string{text}, head.rate};
  return true;
}

core::error no_truth() {
  return {core::errc::invalid,
          "this is no truth file: its first line should be \"stentor truth 1\""};
}

core::error not_opened(const std::string& path) {
  return {core::errc::not_found, "the truth file " + path + " could not be opened"};
}

} // namespace

ground_truth_writer::~ground_truth_writer() {
  flush();
  if (file_ >= 0)
    ::close(file_);
}

core::status ground_truth_writer::open(const std::string& path) {
  if (path.empty()) {
    std::string name = "/tmp/stentor-truth-XXXXXX";
    file_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file_ >= 0)
      ::unlink(name.c_str());
  } else {
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  }
  if (file_ < 0)
    return core::error{core::errc::invalid,
                       "the truth file " + path + " cannot be written: " + std::strerror(errno)};
  buffer_.reserve(flush_size + 64 * 1024);
  buffer_ = magic;
  return core::ok{};
}

void ground_truth_writer::append(char tag, const void* data, std::size_t size,
                                 std::string_view text) {
  const auto text_size = static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), UINT16_MAX));
  buffer_ += tag;
  buffer_.append(reinterpret_cast<const char*>(&text_size), sizeof text_size);
  buffer_.append(static_cast<const char*>(data), size);
  buffer_.append(text.substr(0, text_size));
  if (buffer_.size() >= flush_size)
    flush();
}

void ground_truth_writer::add_number(std::uint16_t index, double rate, std::string_view id) {
  const number_head head{rate, index};
  append(number_tag, &head, sizeof head, id);
}

void ground_truth_writer::add_request(const ground_truth_request& request,
                                      std::string_view callback_data) {
  append(request_tag, &request, sizeof request, callback_data);
}

void ground_truth_writer::add_status(const ground_truth_status& status) {
  append(status_tag, &status, sizeof status);
}

void ground_truth_writer::add_stop(const ground_truth_stop& stop) {
  append(stop_tag, &stop, sizeof stop);
}

bool ground_truth_writer::flush() {
  std::size_t at = 0;
  while (file_ >= 0 && at < buffer_.size()) {
    const auto put = ::write(file_, buffer_.data() + at, buffer_.size() - at);
    if (put < 0 && errno != EINTR)
      break;
    at += put > 0 ? static_cast<std::size_t>(put) : 0;
  }
  buffer_.erase(0, at);
  return buffer_.empty();
}

std::string ground_truth_writer::read_back() {
  flush();
  std::string all;
  const auto end = ::lseek(file_, 0, SEEK_END);
  all.resize(end > 0 ? static_cast<std::size_t>(end) : 0);
  std::size_t at = 0;
  while (at < all.size()) {
    const auto got = ::pread(file_, all.data() + at, all.size() - at, static_cast<off_t>(at));
    if (got <= 0)
      break;
    at += static_cast<std::size_t>(got);
  }
  all.resize(at);
  return all;
}

core::result<ground_truth> parse_ground_truth(std::string_view bytes) {
  if (!bytes.starts_with(magic))
    return no_truth();
  bytes.remove_prefix(magic.size());
  ground_truth all;
  while (!bytes.empty() && take_record(bytes, all)) {
  }
  return all;
}

core::result<ground_truth> read_ground_truth(const std::string& path) {
  if (!std::filesystem::exists(path))
    return not_opened(path);
  return parse_ground_truth(process::text_of(path));
}

core::status ground_truth_tail::read_more() {
  std::ifstream in{path_, std::ios::binary};
  if (!in)
    return not_opened(path_);
  in.seekg(static_cast<std::streamoff>(read_to_));
  std::ostringstream fresh;
  fresh << in.rdbuf();
  read_to_ += fresh.view().size();
  unread_ += fresh.view();
  std::string_view rest{unread_};
  if (!begun_) {
    if (rest.size() < magic.size())
      return core::ok{};
    if (!rest.starts_with(magic))
      return no_truth();
    rest.remove_prefix(magic.size());
    begun_ = true;
  }
  ground_truth news;
  auto whole = rest;
  while (take_record(rest, news))
    whole = rest;
  for (const auto& request : news.requests)
    last_us_ = std::max(last_us_, request.latest_us);
  requests_ += news.requests.size();
  unread_.erase(0, unread_.size() - whole.size());
  return core::ok{};
}

} // namespace stentor::load
