/// See changes.hpp.

#include "api/message_template/changes.hpp"

#include "api/http/handlers.hpp"
#include "api/http/json_reader.hpp"
#include "api/http/sentence_json.hpp"
#include "api/message_template/samples.hpp"
#include "stentor/core/base/json_value_of.hpp"
#include "stentor/core/message_template/new_template.hpp"
#include "stentor/ports/message_template/template_directory.hpp"
#include "stentor/ports/meta/template_api.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

namespace stentor::api {

namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// An account of the caller's organization, and the token if this daemon has it.
struct known_account {
  ports::account_holders where;
  std::optional<ports::business_account> ours;
};

core::result<std::vector<known_account>> accounts_of(const call& c) {
  auto known = c.stores().templates->accounts(c.who);
  if (!known)
    return known.error();
  const auto ours = c.stores().accounts(c.who.organization);
  std::vector<known_account> all;
  for (auto& each : *known) {
    const auto found = std::find_if(ours.begin(), ours.end(), [&](const auto& account) {
      return account.waba_id == each.waba_id;
    });
    all.push_back({std::move(each), found == ours.end() ? std::nullopt : std::optional{*found}});
  }
  return all;
}

core::sentence no_token(const ports::account_holders& where) {
  if (where.nodes.empty())
    return core::make_sentence("account_without_token",
                               "No daemon has a token for the WhatsApp business account {account}: "
                               "name one of its numbers in the configuration.",
                               {{"account", where.waba_id}});
  return core::make_sentence("account_token_elsewhere",
                             "The token for the WhatsApp business account {account} is with the "
                             "daemon {nodes}: ask there.",
                             {{"account", where.waba_id}, {"nodes", where.nodes}});
}

/// What a change is about: the account whose token is here, or the refusal that was given.
std::optional<ports::business_account> account_of(const call& c, const std::string& waba_id) {
  const auto all = accounts_of(c);
  if (!all) {
    refuse(c, all.error());
    return std::nullopt;
  }
  for (const auto& each : *all)
    if (each.where.waba_id == waba_id && each.ours)
      return each.ours;
  const auto at = std::find_if(all->begin(), all->end(),
                               [&](const auto& each) { return each.where.waba_id == waba_id; });
  c.e->respond(no_token_answer(
      no_token(at == all->end() ? ports::account_holders{waba_id, {}} : at->where).text,
      c.head().target));
  return std::nullopt;
}

field_errors field_errors_of(std::vector<core::template_problem> problems) {
  field_errors errors;
  for (auto& [path, sentence] : problems)
    errors.push_back({path.empty() ? "body" : std::move(path), std::move(sentence)});
  return errors;
}

/// One language for one account, and what became of it.
struct wish {
  std::string language;
  std::string path;
  std::string body;
  known_account account;
  ordered_json result;
  std::optional<core::error> problem;
};

/// A creation under way; whoever gives the last answer ends it.
struct creation {
  creation(call whose, std::string what) : c{std::move(whose)}, name{std::move(what)} {}

  call c;
  std::string name;
  std::string category;
  std::vector<wish> wishes;
  std::mutex mutex;
  std::size_t open = 0;
};

void note(wish& one, const std::string& category,
          const core::result<ports::created_template>& made) {
  if (!made) {
    one.problem = made.error();
    one.result["problem"] = shown(core::make_sentence("template_refused_by_meta", "{cause}",
                                                      {{"cause", made.error().message}}));
    return;
  }
  one.result["id"] = made->id;
  one.result["status"] = made->status;
  one.result["category"] = made->category;
  if (!made->category.empty() && made->category != category)
    one.result["warnings"].push_back(shown(core::make_sentence(
        "template_category_changed",
        "Meta made it {category} instead of {wanted}: it is priced and sent as that.",
        {{"category", made->category}, {"wanted", category}})));
}

void answer_creation(const creation& all) {
  const auto& c = all.c;
  const auto is_made = [](const wish& one) { return !one.problem; };
  if (std::none_of(all.wishes.begin(), all.wishes.end(), is_made)) {
    const auto& first = *all.wishes.front().problem;
    if (first.code == core::errc::unavailable)
      return c.e->respond(all.wishes.front().account.ours
                              ? problem_answer(503, first.message, c.head().target)
                              : no_token_answer(first.message, c.head().target));
    field_errors errors;
    for (const auto& one : all.wishes)
      errors.push_back({one.path, one.problem->message});
    return c.e->respond(
        problem_answer(422, "Meta took the template in no language.", c.head().target, errors));
  }
  ordered_json out{{"name", all.name}, {"data", ordered_json::array()}};
  for (const auto& one : all.wishes)
    out["data"].push_back(one.result);
  audit(c, "template.create", all.name);
  c.engine().sync_templates(c.who.organization, [](const core::status&) {});
  answer(c, 201, out.dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

void finish_one(const std::shared_ptr<creation>& all, std::size_t i,
                const core::result<ports::created_template>& made) {
  {
    const std::lock_guard lock{all->mutex};
    note(all->wishes[i], all->category, made);
    if (--all->open > 0)
      return;
  }
  all->c.e->defer([all] { answer_creation(*all); });
}

bool wants(const json& body, const std::string& waba_id) {
  const auto chosen = body.find("wabaIds");
  return chosen == body.end() || !chosen->is_array() ||
         std::find(chosen->begin(), chosen->end(), json(waba_id)) != chosen->end();
}

/// Every language for every account.
std::vector<wish> wishes_of(const json& body, const std::vector<known_account>& accounts) {
  std::vector<wish> wishes;
  const auto& languages = body["languages"];
  for (std::size_t i = 0; i < languages.size(); ++i)
    for (const auto& account : accounts) {
      if (!wants(body, account.where.waba_id))
        continue;
      json meta{{"name", body["name"]},
                {"language", languages[i]["language"]},
                {"category", body["category"]},
                {"parameter_format", body.value("parameterFormat", "POSITIONAL")},
                {"components", languages[i]["components"]}};
      wish one{.language = languages[i]["language"].get<std::string>(),
               .path = "languages[" + std::to_string(i) + "]",
               .body = meta.dump(),
               .account = account,
               .result = {},
               .problem = std::nullopt};
      one.result = {{"language", one.language},
                    {"wabaId", account.where.waba_id},
                    {"id", nullptr},
                    {"status", nullptr},
                    {"category", nullptr},
                    {"warnings", ordered_json::array()},
                    {"problem", nullptr}};
      wishes.push_back(std::move(one));
    }
  return wishes;
}

/// The template's account and its address at Meta, or nothing when the refusal was given.
struct known_template {
  json shown;
  ports::business_account account;
};

std::optional<known_template> template_at_meta(const call& c) {
  const auto found = c.stores().templates->get(c.who, c.ids[0]);
  if (!found) {
    refuse(c, found.error());
    return std::nullopt;
  }
  auto it = json::parse(found->text);
  auto account = account_of(c, it.value("wabaId", ""));
  if (!account)
    return std::nullopt;
  return known_template{std::move(it), std::move(*account)};
}

/// Answers when the templates are as Meta has them now.
std::function<void(core::status)> answer_changed(call c, const char* action) {
  return [c = std::move(c), action](core::status done) {
    const auto e = c.e;
    e->defer([c, action, done = std::move(done)] {
      if (!done)
        return refuse(c, done.error());
      audit(c, action, c.ids[0]);
      c.engine().sync_templates(c.who.organization, [](const core::status&) {});
      c.e->respond({204, "", "", {}});
    });
  };
}

/// @param body as Meta understands it
void create_in(call c, const json& body, const std::vector<known_account>& accounts) {
  const auto all = std::make_shared<creation>(c, body["name"].get<std::string>());
  all->category = body["category"].get<std::string>();
  all->wishes = wishes_of(body, accounts);
  all->open = all->wishes.size();
  if (all->wishes.empty())
    return refuse(c, {core::errc::conflict,
                      "There is no WhatsApp business account to make it in: name a number of one "
                      "in the configuration, or another one in wabaIds."});
  for (std::size_t i = 0; i < all->wishes.size(); ++i) {
    const auto& one = all->wishes[i];
    if (one.account.ours)
      c.stores().template_api->create_template(
          *one.account.ours, one.body, [all, i](const core::result<ports::created_template>& made) {
            finish_one(all, i, made);
          });
    else
      finish_one(all, i, core::error{core::errc::unavailable, no_token(one.account.where).text});
  }
}

} // namespace

void create_template(call c) {
  auto parsed = parse_json(c.e->body(), c.head().target);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return c.e->respond(std::move(*refusal));
  auto& body = std::get<json>(parsed);
  if (auto problems = core::problems_of_new_template(core::json_value_of(body)); !problems.empty())
    return c.e->respond(refusal_of(field_errors_of(std::move(problems)), c.head().target));
  auto accounts = accounts_of(c);
  if (!accounts)
    return refuse(c, accounts.error());
  const auto ours = std::find_if(accounts->begin(), accounts->end(), [&](const auto& one) {
    return one.ours && wants(body, one.where.waba_id);
  });
  if (ours == accounts->end()) // each says why
    return create_in(std::move(c), body, *accounts);
  const auto token = ours->ours->token;
  put_samples(std::move(c), std::move(body), token,
              [accounts = std::move(*accounts)](call on, const json& whole) {
                create_in(std::move(on), whole, accounts);
              });
}

void edit_template(call c) {
  auto at = template_at_meta(c);
  if (!at)
    return;
  auto parsed = parse_json(c.e->body(), c.head().target);
  if (auto* refusal = std::get_if<http_server::response>(&parsed))
    return c.e->respond(std::move(*refusal));
  auto& body = std::get<json>(parsed);
  const bool named = at->shown.value("parameterFormat", "") == "NAMED";
  if (auto problems = core::problems_of_template_change(core::json_value_of(body), named);
      !problems.empty())
    return c.e->respond(refusal_of(field_errors_of(std::move(problems)), c.head().target));
  put_samples(std::move(c), std::move(body), at->account.token,
              [account = at->account](call on, const json& whole) {
                const auto id = on.ids[0];
                on.stores().template_api->edit_template(account, id, whole.dump(),
                                                        answer_changed(on, "template.edit"));
              });
}

void delete_template(call c) {
  const auto at = template_at_meta(c);
  if (!at)
    return;
  const auto id = c.ids[0];
  c.stores().template_api->delete_template(at->account, at->shown.value("name", ""), id,
                                           answer_changed(std::move(c), "template.delete"));
}

void unpause_template(call c) {
  const auto at = template_at_meta(c);
  if (!at)
    return;
  const auto id = c.ids[0];
  c.stores().template_api->unpause_template(at->account, id,
                                            answer_changed(std::move(c), "template.unpause"));
}

} // namespace stentor::api
