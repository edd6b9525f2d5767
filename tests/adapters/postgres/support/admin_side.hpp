#pragma once
/// A test with two organizations, a number and two templates, and the stores of the admin side. One
/// thread.

#include "adapters/phone/phone_numbers.hpp"
#include "adapters/postgres/access/audit.hpp"
#include "adapters/postgres/access/tokens.hpp"
#include "adapters/postgres/audience/recipients.hpp"
#include "adapters/postgres/business_number/number_directory.hpp"
#include "adapters/postgres/contact/contacts.hpp"
#include "adapters/postgres/contact/import_store.hpp"
#include "adapters/postgres/message_template/template_directory.hpp"
#include "adapters/text/word_keys.hpp"
#include "adapters/time_zone/time_zones.hpp"
#include "tests/adapters/postgres/support/fixture.hpp"

#include <memory>
#include <string>
#include <vector>

namespace stentor::postgres::testing {

class admin_side : public with_database {
protected:
  void SetUp() override {
    base.run("INSERT INTO organization (name) VALUES ('Acme'), ('Other')");
    base.run("INSERT INTO number (organization_no, phone_number_id, waba_id, messages_per_second) "
             "VALUES (1, '111', 'w1', 80)");
    base.run(
        "INSERT INTO template (id, organization_no, waba_id, name, language, category, status) "
        "VALUES ('1', 1, 'w1', 'offer', 'en_US', 'MARKETING', 'APPROVED'), "
        "('2', 1, 'w1', 'receipt', 'en_US', 'UTILITY', 'APPROVED')");
  }

  /// The id of a new draft.
  std::string make_draft(const std::string& template_name = "offer") {
    return base.text("INSERT INTO campaign (organization_no, name, template_name, status) VALUES "
                     "(1, 'Spring', '" +
                     template_name + "', 'draft') RETURNING id");
  }

  /// +4915112345600 and those after it.
  static std::vector<ports::contact_input> people(int n) {
    std::vector<ports::contact_input> all;
    for (int i = 0; i < n; ++i)
      all.push_back({"+49151" + std::to_string(12345600 + i), "", "P" + std::to_string(i), "", {}});
    return all;
  }

  std::unique_ptr<ports::phone_numbers> phones = phone::make_phone_numbers();
  std::unique_ptr<ports::time_zones> zones = time_zone::make_time_zones();
  query_pool pool{base.options(), 2};
  std::unique_ptr<ports::access_store> access = make_access_store(pool);
  std::unique_ptr<ports::audit_log> audit = make_audit_log(pool);
  core::name_key key_of = [keys = std::shared_ptr{text::make_word_keys()}](auto name) {
    return keys->key_of(name);
  };
  std::unique_ptr<ports::contact_store> contacts =
      make_contact_store(pool, *phones, *zones, key_of, "");
  std::unique_ptr<ports::recipient_store> recipients =
      make_recipient_store(pool, *phones, *zones, key_of, "");
  std::unique_ptr<ports::import_store> imports = make_import_store(pool);
  std::unique_ptr<ports::template_directory> templates = make_template_directory(pool);
  std::unique_ptr<ports::number_directory> numbers = make_number_directory(pool);
  ports::principal who{1, "admin", "token test (1)", "127.0.0.1"};
  ports::principal stranger{2, "admin", "token other (2)", "127.0.0.1"};
};

} // namespace stentor::postgres::testing
