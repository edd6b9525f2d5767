#include "bench/torture/odd_message.hpp"

#include "app/local/configuration_writer.hpp"
#include "bench/simulator/webhooks/webhook_body.hpp"

#include <boost/asio.hpp>

#include <chrono>

namespace stentor::load {
namespace {

constexpr std::uint64_t kinds = 4;
constexpr std::size_t long_id = 6'000;

std::string text_of(const std::string& id, const std::string& from, const std::string& time,
                    const std::string& text) {
  return R"({"from":")" + from + R"(","id":")" + id + R"(","timestamp":")" + time +
         R"(","type":"text","text":{"body":")" + text + R"("}})";
}

} // namespace

odd_message make_odd_message(std::uint64_t number, std::uint64_t seed) {
  odd_message made{.id = "wamid.odd." + std::to_string(seed) + "." + std::to_string(number),
                   .body = {}};
  std::string message;
  switch (number % kinds) {
  case 0:
    message = text_of(made.id, "4915100000001", "9300000000000000", "from the far future");
    break;
  case 1:
    made.id += std::string(long_id, 'x');
    message = text_of(made.id, "4915100000002", "1760000000", "with a long name");
    break;
  case 2:
    message = text_of(made.id, "4915100000003", "1760000000", R"(nothing \u0000 in between)");
    break;
  default:
    message = text_of(made.id, "", "-7", "from nobody");
    break;
  }
  made.body = std::string{R"({"object":"whatsapp_business_account","entry":[{"id":")"} +
              app::local_account_id +
              R"(","changes":[{"field":"messages","value":{"messaging_product":"whatsapp",)"
              R"("metadata":{"phone_number_id":")" +
              app::local_number_ids(1).front() + R"("},"messages":[)" + message + "]}}]}]}";
  return made;
}

int post_webhook(std::uint16_t port, const std::string& app_secret, const std::string& body) {
  boost::asio::ip::tcp::iostream wire;
  wire.expires_after(std::chrono::seconds{40});
  wire.connect("127.0.0.1", std::to_string(port));
  wire << "POST /webhooks/whatsapp HTTP/1.1\r\nHost: torture\r\nConnection: close\r\n"
          "Content-Type: application/json\r\nX-Hub-Signature-256: sha256="
       << hmac_sha256_hex(app_secret, body) << "\r\nContent-Length: " << body.size() << "\r\n\r\n"
       << body << std::flush;
  std::string version;
  int status = 0;
  wire >> version >> status;
  return wire ? status : 0;
}

} // namespace stentor::load
