#pragma once
/// Zones with odd offsets, changes of half an hour, changes at midnight, a lost day, changes around
/// Ramadan, and none at all.

#include <array>

namespace stentor::test {

inline constexpr std::array fifty_zones{"UTC",
                                        "Europe/Berlin",
                                        "Europe/London",
                                        "Europe/Dublin",
                                        "Europe/Moscow",
                                        "Europe/Istanbul",
                                        "Europe/Volgograd",
                                        "Europe/Chisinau",
                                        "America/New_York",
                                        "America/Chicago",
                                        "America/Denver",
                                        "America/Phoenix",
                                        "America/Los_Angeles",
                                        "America/Anchorage",
                                        "America/Halifax",
                                        "America/St_Johns",
                                        "America/Sao_Paulo",
                                        "America/Asuncion",
                                        "America/Santiago",
                                        "America/Caracas",
                                        "America/Havana",
                                        "America/Mexico_City",
                                        "America/Bogota",
                                        "America/Nuuk",
                                        "Atlantic/Azores",
                                        "Africa/Cairo",
                                        "Africa/Casablanca",
                                        "Africa/Johannesburg",
                                        "Africa/Monrovia",
                                        "Asia/Kolkata",
                                        "Asia/Kathmandu",
                                        "Asia/Tehran",
                                        "Asia/Beirut",
                                        "Asia/Amman",
                                        "Asia/Gaza",
                                        "Asia/Kabul",
                                        "Asia/Yangon",
                                        "Asia/Pyongyang",
                                        "Asia/Tokyo",
                                        "Asia/Shanghai",
                                        "Australia/Sydney",
                                        "Australia/Adelaide",
                                        "Australia/Eucla",
                                        "Australia/Lord_Howe",
                                        "Pacific/Auckland",
                                        "Pacific/Chatham",
                                        "Pacific/Apia",
                                        "Pacific/Kiritimati",
                                        "Pacific/Norfolk",
                                        "Antarctica/Troll"};
static_assert(fifty_zones.size() == 50);

} // namespace stentor::test
