#include "stentor/core/contact/stop_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace stentor::core {

namespace {

/// Longer texts are sentences: the longest listed word has fewer bytes, and configured ones are as
/// short.
constexpr std::size_t text_size_max = 200;

// In any spelling. Words of everyday speech ("no", "nein") are left out on
// purpose.
constexpr std::array stop_list{
    // English
    "stop", "stop all", "stopall", "unsubscribe", "cancel", "end", "quit", "opt out", "optout",
    "revoke", "remove me", "stop promotions", "stop marketing",
    // German
    "stopp", "abmelden", "abbestellen", "austragen", "keine werbung",
    // Spanish
    "baja", "parar", "cancelar", "darme de baja", "dar de baja", "detener", "alto",
    // Portuguese
    "sair", "pare", "descadastrar", "remover", "parar promoções",
    // French
    "arrêt", "arrêter", "arret", "désabonner", "desabonner", "se désabonner", "désinscrire",
    "stop pub",
    // Italian
    "cancella", "disiscrivi", "annulla", "fermare", "basta", "disiscrivimi",
    // Dutch
    "afmelden", "uitschrijven", "stoppen",
    // Danish, Norwegian, Swedish, Finnish
    "afmeld", "avslutt", "avregistrera", "avsluta", "avmeld", "lopeta", "peruuta",
    // Polish, Czech, Slovak, Romanian, Hungarian
    "wypisz", "rezygnuję", "zrezygnuj", "zrušit", "odhlásit", "odhlásiť", "dezabonare", "renunț",
    "leiratkozás", "leiratkozom",
    // Greek
    "διακοπή", "στοπ", "διαγραφή",
    // Turkish
    "dur", "iptal", "ret", "çık",
    // Russian, Ukrainian
    "стоп", "отписаться", "отписка", "відписатися", "зупинити",
    // Hebrew, Arabic, Persian, Urdu
    "הסר", "הסירו", "עצור", "توقف", "إيقاف", "الغاء", "إلغاء", "الغاء الاشتراك", "إلغاء الاشتراك",
    "لغو", "بند کریں",
    // Hindi, Marathi, Bengali, Tamil, Telugu, Gujarati
    "रोकें", "रोको", "बंद करें", "बंद करो", "स्टॉप", "थांबवा", "বন্ধ করুন", "বন্ধ", "நிறுத்து", "ఆపు", "બંધ કરો",
    // Chinese, Japanese, Korean
    "停止", "退订", "退訂", "取消", "取消订阅", "停", "配信停止", "解除", "ストップ", "수신거부",
    "중지", "그만",
    // Indonesian, Malay, Vietnamese, Thai, Filipino, Swahili
    "berhenti", "batal", "dừng", "ngừng", "hủy", "huỷ", "từ chối", "หยุด", "ยกเลิก", "itigil", "acha",
    "simama"};

constexpr std::array start_list{
    "start",       "unstop",  "subscribe", "resume",      "opt in",   "optin",     "anmelden",
    "abonnieren",  "alta",    "suscribir", "suscribirme", "reanudar", "inscrever", "cadastrar",
    "retomar",     "abonner", "s'abonner", "reprendre",   "iscrivi",  "iscrivimi", "riprendi",
    "aanmelden",   "tilmeld", "zapisz",    "başla",       "devam",    "старт",     "подписаться",
    "підписатися", "έναρξη",  "ابدأ",      "اشتراك",      "התחל",     "शुरू करें",     "शुरू",
    "开始",        "開始",    "订阅",      "訂閱",        "시작",     "mulai",     "mula",
    "bắt đầu",     "เริ่ม",     "anza"};

/// What the payload of a button may begin with to mean stop, whatever follows.
constexpr std::array payload_words{"stop", "unsubscribe", "optout"};

} // namespace

stop_words::stop_words(key_function key_of, std::span<const std::string> extra_stop,
                       std::span<const std::string> extra_start)
    : key_of_{std::move(key_of)} {
  const auto add = [&](std::set<std::string>& to, const auto& words) {
    for (const auto& word : words)
      if (auto key = key_of_(word); !key.empty())
        to.insert(std::move(key));
  };
  add(stop_, stop_list);
  add(stop_, extra_stop);
  add(start_, start_list);
  add(start_, extra_start);
  add(payload_, payload_words);
}

bool stop_words::has(const std::set<std::string>& words, std::string_view text) const {
  return !text.empty() && text.size() <= text_size_max && words.contains(key_of_(text));
}

bool stop_words::is_stop(std::string_view text) const {
  return has(stop_, text);
}

bool stop_words::is_start(std::string_view text) const {
  return has(start_, text);
}

bool stop_words::is_stop_payload(std::string_view payload) const {
  const auto end = payload.find_first_of("_-:.");
  return is_stop(payload) ||
         (end != std::string_view::npos && has(payload_, payload.substr(0, end)));
}

} // namespace stentor::core
