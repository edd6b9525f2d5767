#include "app/cli/upload.hpp"

#include "app/cli/campaign_text.hpp"
#include "stentor/core/base/percent.hpp"
#include "stentor/core/base/printable.hpp"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <system_error>

namespace stentor::app {

namespace {

/// How large a file is, if that is known before it is read: a pipe has no size.
std::uint64_t known_size(const std::string& path) {
  std::error_code failure;
  const auto size = std::filesystem::is_regular_file(path, failure)
                        ? std::filesystem::file_size(path, failure)
                        : std::uintmax_t{0};
  return failure ? 0 : size;
}

std::string import_progress(std::uint64_t sent, std::uint64_t size) {
  if (size == 0)
    return "importing " + bytes_text(sent);
  const auto share = static_cast<double>(sent) / static_cast<double>(size);
  return "importing " + bar(share) + " " + bytes_text(sent) + " of " + bytes_text(size);
}

} // namespace

std::string phone_column_parameter(const std::string& column) {
  using nlohmann::json;
  return "map=" + core::percent_encode(json{{"phoneNumber", column}}.dump(
                      -1, ' ', false, json::error_handler_t::replace));
}

int upload_file(const command_context& context, const remote_call& call, const std::string& path,
                const std::string& target, std::string (*text)(std::string_view json),
                std::string_view content_type) {
  const bool is_input = path == "-" && context.to.in != nullptr;
  std::error_code failure;
  const bool is_folder = std::filesystem::is_directory(path, failure);
  std::ifstream file;
  if (!is_input && !is_folder)
    file.open(path, std::ios::binary);
  if (!is_input && !file.is_open())
    return report(
        context.to,
        core::error{core::errc::not_found,
                    "can't read " + path + ": " +
                        (is_folder ? "it is a folder" : std::generic_category().message(errno))});
  auto& from = is_input ? *context.to.in : static_cast<std::istream&>(file);
  const auto size = is_input ? 0 : known_size(path);
  auto daemon = context.outside.connect(*call.where);
  if (!daemon)
    return report(context.to, daemon.error());
  progress_line line{context.to};
  auto answer = (*daemon)->upload(target, content_type, from, [&](std::uint64_t sent) {
    line.show(import_progress(sent, size), std::chrono::steady_clock::now());
  });
  line.clear();
  if (!answer)
    return report(context.to, answer.error());
  if (exit_code_of_http(answer->status) != exit_code::ok)
    return report(context.to, *answer);
  if (call.json)
    context.to.out << core::printable_json(answer->body) << "\n";
  else
    context.to.out << text(answer->body);
  return number_of(exit_code::ok);
}

} // namespace stentor::app
