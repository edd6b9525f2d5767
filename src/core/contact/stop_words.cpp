/// The word lists and their folding. Pure; any thread.
#include "stentor/core/contact/stop_words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>

namespace stentor::core {

namespace {

/// Longer texts are sentences: the longest listed word has fewer bytes, and configured ones are as
/// short.
constexpr std::size_t text_size_max = 200;

// In any spelling; folded when first used. Words of everyday speech ("no", "nein") are left out on
// purpose.
constexpr std::array stop_words{
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

constexpr std::array start_words{
    "start",       "unstop",  "subscribe", "resume",      "opt in",   "optin",     "anmelden",
    "abonnieren",  "alta",    "suscribir", "suscribirme", "reanudar", "inscrever", "cadastrar",
    "retomar",     "abonner", "s'abonner", "reprendre",   "iscrivi",  "iscrivimi", "riprendi",
    "aanmelden",   "tilmeld", "zapisz",    "başla",       "devam",    "старт",     "подписаться",
    "підписатися", "έναρξη",  "ابدأ",      "اشتراك",      "התחל",     "शुरू करें",     "शुरू",
    "开始",        "開始",    "订阅",      "訂閱",        "시작",     "mulai",     "mula",
    "bắt đầu",     "เริ่ม",     "anza"};

constexpr char32_t invalid = 0xFFFFFFFF;

/// The next code point, or `invalid` for a byte that starts none.
char32_t next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = byte(at);
  ++at;
  if (first < 0x80)
    return first;
  const std::size_t more = first >= 0xF0 && first < 0xF8 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first >= 0xF8 || at + more > text.size())
    return invalid;
  char32_t point = first & (0x3FU >> more);
  for (std::size_t i = 0; i < more; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U)
      return invalid;
    point = (point << 6) | (byte(at + i) & 0x3FU);
  }
  at += more;
  return point;
}

void append_utf8(std::string& to, char32_t c) {
  const auto put = [&](char32_t b) { to.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | (c >> 6));
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3F));
    put(0x80 | ((c >> 6) & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

struct range {
  char32_t from, to;
};

/// Punctuation, marks, emoji and joiners: what decorates a word.
constexpr std::array decorations{
    range{0x00, 0x08},      range{0x0E, 0x1F},     range{0x21, 0x2F},     range{0x3A, 0x40},
    range{0x5B, 0x60},      range{0x7B, 0x9F},     range{0xA1, 0xA9},     range{0xAB, 0xB4},
    range{0xB6, 0xB9},      range{0xBB, 0xBF},     range{0x300, 0x36F},   range{0x5B0, 0x5C7},
    range{0x60C, 0x60C},    range{0x61B, 0x61F},   range{0x640, 0x640},   range{0x64B, 0x65F},
    range{0x6D4, 0x6D4},    range{0x93C, 0x93C},   range{0x964, 0x965},   range{0x200B, 0x2027},
    range{0x202A, 0x205E},  range{0x2060, 0x206F}, range{0x20A0, 0x20FF}, range{0x2100, 0x2BFF},
    range{0x3001, 0x3004},  range{0x3008, 0x3020}, range{0xD7, 0xD7},     range{0xF7, 0xF7},
    range{0xFE00, 0xFE0F},  range{0xFEFF, 0xFEFF}, range{0xFF61, 0xFF65}, range{0x1F000, 0x1FAFF},
    range{0xE0000, 0xE01EF}};

bool is_decoration(char32_t c) noexcept {
  return std::any_of(decorations.begin(), decorations.end(),
                     [c](const range& r) { return c >= r.from && c <= r.to; });
}

bool is_space(char32_t c) noexcept {
  return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x205F || c == 0x3000;
}

/// Letters with an accent under their base letter, one row per base letter.
struct accented {
  std::u32string_view letters;
  char32_t base;
};
constexpr std::array accents{accented{U"àáâãäåāăąǎÀÁÂÃÄÅĀĂĄǍ", U'a'},
                             accented{U"çćĉċčÇĆĈĊČ", U'c'},
                             accented{U"ďđðĎĐÐ", U'd'},
                             accented{U"èéêëēĕėęěÈÉÊËĒĔĖĘĚ", U'e'},
                             accented{U"ĝğġģĜĞĠĢ", U'g'},
                             accented{U"ìíîïĩīĭįıÌÍÎÏĨĪĬĮİ", U'i'},
                             accented{U"łĺļľŁĹĻĽ", U'l'},
                             accented{U"ñńņňÑŃŅŇ", U'n'},
                             accented{U"òóôõöøōŏőơÒÓÔÕÖØŌŎŐƠ", U'o'},
                             accented{U"ŕŗřŔŖŘ", U'r'},
                             accented{U"śŝşšșŚŜŞŠȘ", U's'},
                             accented{U"ţťțŢŤȚ", U't'},
                             accented{U"ùúûüũūŭůűųưÙÚÛÜŨŪŬŮŰŲƯ", U'u'},
                             accented{U"ýÿŷÝŸŶ", U'y'},
                             accented{U"źżžŹŻŽ", U'z'},
                             accented{U"άΆ", U'α'},
                             accented{U"έΈ", U'ε'},
                             accented{U"ήΉ", U'η'},
                             accented{U"ίϊΐΊΪ", U'ι'},
                             accented{U"όΌ", U'ο'},
                             accented{U"ύϋΰΎΫ", U'υ'},
                             accented{U"ώΏ", U'ω'},
                             accented{U"ς", U'σ'},
                             accented{U"ёЁ", U'е'},
                             accented{U"أإآٱ", U'ا'},
                             accented{U"ى", U'ي'}};

char32_t fold_letter(char32_t c) noexcept {
  if (c >= 0xFF01 && c <= 0xFF5E) // full width
    c -= 0xFEE0;
  if (c >= 'A' && c <= 'Z')
    return c + 32;
  if (c < 0x80)
    return c;
  if (c >= 0x391 && c <= 0x3A9) // Greek capitals
    return c + 32;
  if (c >= 0x410 && c <= 0x42F) // Cyrillic capitals
    return c + 32;
  if (c >= 0x400 && c <= 0x40F && c != 0x401)
    return c + 80;
  if (c >= 0x1EA0 && c <= 0x1EF9) { // Vietnamese
    if (c <= 0x1EB7)
      return 'a';
    if (c <= 0x1EC7)
      return 'e';
    if (c <= 0x1ECB)
      return 'i';
    if (c <= 0x1EE3)
      return 'o';
    return c <= 0x1EF1 ? 'u' : 'y';
  }
  for (const auto& row : accents) {
    if (row.letters.find(c) != std::u32string_view::npos)
      return row.base;
  }
  return c;
}

template <std::size_t Size>
std::set<std::string, std::less<>> folded_set(const std::array<const char*, Size>& words) {
  std::set<std::string, std::less<>> folded;
  for (const auto* word : words)
    folded.insert(folded_word(word));
  return folded;
}

bool matches(std::string_view text, const std::set<std::string, std::less<>>& words,
             std::span<const std::string> extra) {
  const auto folded = folded_word(text);
  if (folded.empty())
    return false;
  return words.contains(folded) || std::any_of(extra.begin(), extra.end(), [&](const auto& word) {
           return folded_word(word) == folded;
         });
}

} // namespace

std::string folded_word(std::string_view text) {
  std::string folded;
  if (text.size() > text_size_max)
    return folded;
  bool gap = false;
  for (std::size_t at = 0; at < text.size();) {
    auto c = next_code_point(text, at);
    if (c == invalid)
      continue;
    c = fold_letter(c);
    if (is_space(c)) {
      gap = !folded.empty();
      continue;
    }
    if (is_decoration(c))
      continue;
    if (gap)
      folded.push_back(' ');
    gap = false;
    if (c == U'ß')
      folded.append("ss");
    else
      append_utf8(folded, c);
  }
  return folded;
}

bool is_stop_word(std::string_view text, std::span<const std::string> extra) {
  static const auto words = folded_set(stop_words);
  return matches(text, words, extra);
}

bool is_start_word(std::string_view text, std::span<const std::string> extra) {
  static const auto words = folded_set(start_words);
  return matches(text, words, extra);
}

} // namespace stentor::core
