/// See media.hpp.

#include "api/message_template/media.hpp"

#include "api/http/handlers.hpp"
#include "stentor/core/message_template/media.hpp"
#include "stentor/ports/message_template/media_directory.hpp"

#include <charconv>
#include <memory>
#include <optional>
#include <utility>

namespace stentor::api {

namespace {

/// ?name=, or one that says no more than the type does.
input<std::string> read_name(const call& c, const core::media_format& format) {
  std::string name =
      std::string{core::to_string(format.kind)} + "." + std::string{format.extension};
  field_errors errors;
  for (const auto& [key, value] : c.head().query) {
    if (key != "name") {
      errors.push_back({key, "is no parameter of this address"});
      continue;
    }
    name = value;
    if (auto problem = core::problem_of_media_name(value); !problem.empty())
      errors.push_back({key, std::move(problem)});
  }
  if (errors.empty())
    return {std::move(name), {}};
  return {std::nullopt, problem_answer(400,
                                       "The parameter " + errors.front().field +
                                           " is wrong: " + errors.front().message + ".",
                                       c.head().target, errors)};
}

/// Before a byte of the file is read.
std::optional<http_server::response> refusal_of_head(const http_server::request& head,
                                                     const core::media_format* format) {
  if (format == nullptr) {
    std::string known;
    for (const auto& each : core::media_formats())
      known += (known.empty() ? "" : ", ") + std::string{each.mime};
    return problem_answer(415, "Content-Type must be the file's: one of " + known + ".",
                          head.target);
  }
  const auto text = head.header("Content-Length");
  std::int64_t length = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
  if (read.ec != std::errc::result_out_of_range && length <= format->bytes_max)
    return std::nullopt;
  return problem_answer(413,
                        "The file is larger than " +
                            std::to_string(format->bytes_max / (1024 * 1024)) +
                            " MB, Meta's limit for " + std::string{format->mime} + ".",
                        head.target);
}

} // namespace

void upload_media(call c) {
  const auto* const format = core::media_format_of(media_type_of(c.head()));
  if (auto refused = refusal_of_head(c.head(), format))
    return c.e->respond(std::move(*refused));
  auto name = read_name(c, *format);
  if (!name.value)
    return c.e->respond(std::move(name.refusal));
  auto opened = c.stores().media->receive(c.who, *name.value, *format);
  if (!opened)
    return refuse(c, opened.error());
  struct progress {
    std::unique_ptr<ports::media_intake> intake;
    core::status fed{core::ok{}};
  };
  auto p = std::make_shared<progress>();
  p->intake = std::move(*opened);
  const auto e = c.e;
  e->receive(
      [p](std::string_view piece) {
        p->fed = p->intake->feed(piece);
        return p->fed.ok();
      },
      [p, c = std::move(c)](const core::status& how) {
        auto kept = !p->fed ? core::result<ports::kept_media>{p->fed.error()}
                    : !how  ? core::result<ports::kept_media>{how.error()}
                            : p->intake->finish();
        p->intake.reset();
        if (!kept)
          return refuse(c, kept.error());
        answer(c, kept->is_new ? 201 : 200, std::move(kept->shown.text));
      });
}

void list_media(call c) {
  const auto page = read_page(c.head());
  if (!page.value)
    return c.e->respond(page.refusal);
  answer(c, c.stores().media->list(c.who, *page.value));
}

void show_media(call c) {
  answer(c, c.stores().media->get(c.who, c.ids[0]));
}

void remove_media(call c) {
  const auto removed = c.stores().media->remove(c.who, c.ids[0]);
  if (!removed)
    return refuse(c, removed.error());
  c.e->respond({204, "", "", {}});
}

} // namespace stentor::api
