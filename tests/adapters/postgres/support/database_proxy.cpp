#include "tests/adapters/postgres/support/database_proxy.hpp"

#include <libpq-fe.h>

#include <string>

namespace stentor::postgres::testing {

database_proxy::database_proxy(const database& behind) : options_{behind.options()} {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> beside{PQconnectdb(options_.conninfo.c_str()),
                                                            &PQfinish};
  proxy_ = need(load::fault_proxy::start({.target = {.socket = std::string{PQhost(beside.get())} +
                                                               "/.s.PGSQL." + PQport(beside.get())},
                                          .postgres = true}));
  options_.conninfo += " host=127.0.0.1 port=" + std::to_string(proxy_->port());
}

connection_options database_proxy::options() const {
  return options_;
}

} // namespace stentor::postgres::testing
