/// POST /{phone-number-id}/media as a form, and the resumable upload (POST /{app-id}/uploads, then
/// the bytes to the session that it names) in one piece.
#include "adapters/meta/management/media_uploads.hpp"

#include "adapters/meta/json_fields.hpp"
#include "adapters/meta/management/management_answer.hpp"
#include "stentor/core/base/percent.hpp"

#include <algorithm>
#include <utility>

namespace stentor::meta {

namespace {

using answered = std::function<void(core::result<std::string>)>;

/// Reads the text of one member of Meta's answer.
auto member_of_answer(const char* member) {
  return [member](int http_status, std::string_view body) -> core::result<std::string> {
    const auto object = read_object(http_status, body);
    if (!object)
      return object.error();
    auto text = string_of(*object, member);
    if (text.empty())
      return core::error{core::errc::unavailable,
                         std::string{"Meta's answer to an upload names no \""} + member + "\"."};
    return text;
  };
}

/// An id that becomes a path; it may bring a query of its own.
bool is_path(const std::string& id) {
  return std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7F && c != '#'; });
}

class media_over_gateway final : public ports::media_api {
public:
  media_over_gateway(ports::gateway& gateway, std::string version, std::string app_id)
      : gateway_{gateway}, version_{std::move(version)}, app_id_{std::move(app_id)} {}

  void upload(const ports::media_number& number, const ports::outgoing_media& media,
              answered then) override {
    auto form = media_form(media);
    gateway_.manage({.method = "POST",
                     .path = path_of(core::percent_encode(number.phone_number_id) + "/media"),
                     .token = number.token,
                     .body = std::move(form.bytes),
                     .content_type = "multipart/form-data; boundary=" + form.boundary},
                    handing_over(member_of_answer("id"), std::move(then)));
  }

  void upload_sample(const std::string& token, const ports::outgoing_media& media,
                     answered then) override {
    if (app_id_.empty())
      return then(core::error{core::errc::invalid,
                              "Samples are uploaded for an app: set meta.app_id in the "
                              "configuration to the id of yours."});
    const auto query = "?file_name=" + core::percent_encode(media.name) +
                       "&file_length=" + std::to_string(media.bytes.size()) +
                       "&file_type=" + core::percent_encode(media.mime);
    gateway_.manage(
        {.method = "POST",
         .path = path_of(core::percent_encode(app_id_) + "/uploads" + query),
         .token = token,
         .body = {}},
        handing_over(member_of_answer("id"),
                     [&gateway = gateway_, folder = path_of(""), token, bytes = media.bytes,
                      then = std::move(then)](const core::result<std::string>& session) {
                       send_bytes(gateway, folder, session, token, bytes, then);
                     }));
  }

private:
  [[nodiscard]] std::string path_of(const std::string& rest) const {
    return "/" + version_ + "/" + rest;
  }

  /// On the gateway's thread.
  static void send_bytes(ports::gateway& gateway, const std::string& folder,
                         const core::result<std::string>& session, const std::string& token,
                         const std::string& bytes, const answered& then) {
    if (!session)
      return then(session.error());
    if (!is_path(*session))
      return then(
          core::error{core::errc::unavailable, "Meta's answer names no upload that can be used."});
    gateway.manage({.method = "POST",
                    .path = folder + *session,
                    .token = token,
                    .body = bytes,
                    .content_type = "application/octet-stream",
                    .token_type = "OAuth",
                    .field = {"file_offset", "0"}},
                   handing_over(member_of_answer("h"), then));
  }

  ports::gateway& gateway_;
  const std::string version_;
  const std::string app_id_;
};

} // namespace

multipart_body media_form(const ports::outgoing_media& media) {
  multipart_body form;
  for (int n = 0; form.boundary.empty() || media.bytes.find(form.boundary) != std::string::npos;
       ++n)
    form.boundary = "stentor-media-" + std::to_string(n);
  const auto part = [&](const std::string& head) {
    form.bytes += "--" + form.boundary + "\r\nContent-Disposition: form-data; " + head;
  };
  form.bytes.reserve(media.bytes.size() + 1024);
  part("name=\"messaging_product\"\r\n\r\nwhatsapp\r\n");
  part("name=\"type\"\r\n\r\n" + media.mime + "\r\n");
  part("name=\"file\"; filename=\"" + media.name + "\"\r\nContent-Type: " + media.mime +
       "\r\n\r\n");
  form.bytes += media.bytes;
  form.bytes += "\r\n--" + form.boundary + "--\r\n";
  return form;
}

std::unique_ptr<ports::media_api> make_media_api(ports::gateway& gateway, std::string version,
                                                 std::string app_id) {
  return std::make_unique<media_over_gateway>(gateway, std::move(version), std::move(app_id));
}

} // namespace stentor::meta
