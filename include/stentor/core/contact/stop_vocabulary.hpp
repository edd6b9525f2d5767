#pragma once
/// The words of core/contact/stop_words, in any spelling. Words of everyday speech ("no", "nein")
/// are no stops on purpose; in doubt a word counts for the person. Constants.

#include <array>
#include <string_view>

namespace stentor::core::vocabulary {

/// Says stop when nothing else is said.
inline constexpr auto stop = std::to_array<std::string_view>(
    {// English, and the titles of Meta's own buttons
     "stop", "stop all", "stopall", "unsubscribe", "unsub", "unreg", "cancel", "end", "quit",
     "opt out", "optout", "opt me out", "revoke", "remove me", "stop promotions", "stop marketing",
     "no more", "i want to stop", "i want to unsubscribe", "i want to opt out", "leave me alone",
     "do not contact me", "don't contact me", "do not text me", "don't text me",
     "do not message me", "don't message me",
     // German
     "stopp", "abmelden", "abmeldung", "abbestellen", "austragen", "keine werbung",
     "keine nachrichten", "keine sms", "keine nachricht", "ich möchte abmelden",
     "ich möchte mich abmelden", "ich will keine werbung", "ich möchte keine werbung",
     "ich will keine nachrichten", "ich möchte keine nachrichten", "nicht mehr schreiben",
     // Spanish
     "baja", "parar", "cancelar", "darme de baja", "dame de baja", "darse de baja", "dar de baja",
     "denme de baja", "quiero darme de baja", "detener", "alto", "no quiero recibir",
     "no deseo recibir", "no quiero más", "no más mensajes", "no más publicidad",
     "no me escriban más", "no me escriban", "no enviar más", "desuscribir", "desuscribirme",
     "cancelar suscripción",
     // Portuguese
     "sair", "pare", "descadastrar", "remover", "não quero receber", "não desejo receber",
     "não quero mais", "não enviar mais", "parem", "descadastre", "cancelar inscrição",
     "quero sair",
     // French
     "arrêt", "arrêter", "arrêtez", "arret", "désabonner", "desabonner", "se désabonner",
     "me désabonner", "désabonnez moi", "désinscrire", "se désinscrire", "me désinscrire",
     "désinscription", "désabonnement", "stop pub", "je ne veux plus recevoir", "ne plus recevoir",
     // Italian
     "cancella", "cancellami", "disiscrivi", "disiscriviti", "disiscrivere", "disiscrizione",
     "annulla", "fermare", "basta", "disiscrivimi", "non voglio ricevere",
     "non voglio più ricevere",
     // Dutch
     "afmelden", "uitschrijven", "stoppen", "geen berichten", "geen reclame",
     // Danish, Norwegian, Swedish, Finnish
     "afmeld", "avslutt", "avregistrera", "avsluta", "avmeld", "lopeta", "peruuta",
     // Polish, Czech, Slovak, Romanian, Hungarian, Croatian, Serbian, Slovene
     "wypisz", "wypisz mnie", "rezygnuję", "zrezygnuj", "zrušit", "odhlásit", "odhlásiť",
     "dezabonare", "renunț", "leiratkozás", "leiratkozom", "odjava", "odjavi", "odjavi me",
     // Greek
     "διακοπή", "στοπ", "διαγραφή",
     // Turkish
     "dur", "iptal", "ret", "çık",
     // Russian, Ukrainian
     "стоп", "отписаться", "отписка", "отпишите меня", "не пишите мне", "відписатися", "зупинити",
     // Hebrew, Arabic, Persian, Urdu
     "הסר", "הסירו", "הסירו אותי", "עצור", "توقف", "وقف", "أوقف", "إيقاف", "الغاء", "إلغاء",
     "الغاء الاشتراك", "إلغاء الاشتراك", "لغو", "لغو اشتراک", "بند کریں",
     // Hindi, Marathi, Bengali, Tamil, Telugu, Gujarati
     "रोकें", "रोको", "रोक दो", "रोक दें", "बंद करें", "बंद करो", "स्टॉप", "थांबवा", "বন্ধ করুন", "বন্ধ",
     "நிறுத்து", "ఆపు", "બંધ કરો",
     // Chinese, Japanese, Korean
     "停止", "退订", "退訂", "取消", "取消订阅", "停", "配信停止", "解除", "ストップ", "수신거부",
     "중지", "그만",
     // Indonesian, Malay, Thai, Filipino, Swahili
     "berhenti", "berhenti langganan", "batal", "หยุด", "ยกเลิก", "itigil", "acha", "simama"});

/// Vietnamese: another tone is another word ("đúng" is right, "Dũng" a name), so these count as
/// they are written here, or without any accent.
inline constexpr auto stop_with_tones =
    std::to_array<std::string_view>({"dừng", "ngừng", "ngưng", "hủy", "huỷ", "từ chối"});

/// May stand beside a word of stop: courtesies, and what is to stop.
inline constexpr auto beside_stop = std::to_array<std::string_view>(
    {// English
     "please", "pls", "plz", "thanks", "thank you", "thx", "ty", "kindly", "hi", "hello", "hey",
     "sorry", "ok", "now", "me", "all", "everything", "it", "this", "these", "them", "the", "your",
     "any", "message", "messages", "msg", "msgs", "text", "texts", "texting", "messaging",
     "sending", "sms", "mms", "promotion", "promotions", "promo", "promos", "marketing", "ad",
     "ads", "advertising", "advertisements", "spam", "offers", "newsletter", "newsletters",
     "whatsapp", "subscription", "notifications", "updates",
     // German
     "bitte", "danke", "dankeschön", "vielen dank", "hallo", "sofort", "mich", "alles", "alle",
     "die", "diese", "mehr", "nachricht", "nachrichten", "werbung", "angebote", "abo",
     // Spanish
     "por favor", "porfavor", "porfa", "gracias", "muchas gracias", "hola", "ya", "todo", "todos",
     "los", "las", "mensaje", "mensajes", "promoción", "promociones", "publicidad", "ofertas",
     "notificaciones",
     // Portuguese
     "favor", "obrigado", "obrigada", "olá", "oi", "tudo", "todas", "as", "os", "mais", "mensagem",
     "mensagens", "promoção", "promoções", "publicidade", "propaganda",
     // French
     "s'il vous plaît", "s'il te plaît", "svp", "stp", "merci", "bonjour", "les", "vos", "tout",
     "tous", "publicité", "publicités", "pub", "pubs",
     // Italian
     "per favore", "per piacere", "grazie", "ciao", "tutto", "i", "messaggio", "messaggi",
     "promozione", "promozioni", "pubblicità",
     // Dutch, Nordic
     "alsjeblieft", "alstublieft", "aub", "bedankt", "dank u", "dank je", "berichten", "reclame",
     "tak", "tack", "takk", "venligst", "vennligst", "kiitos",
     // Polish, Czech, Slovak, Romanian, Hungarian, Croatian
     "proszę", "dziękuję", "prosím", "děkuji", "ďakujem", "vă rog", "te rog", "mulțumesc", "kérem",
     "köszönöm", "molim", "hvala",
     // Greek, Turkish, Russian, Ukrainian
     "παρακαλώ", "ευχαριστώ", "lütfen", "teşekkürler", "mesaj", "mesajlar", "пожалуйста", "спасибо",
     "рассылка", "рассылку", "сообщения", "рекламу", "будь ласка", "дякую",
     // Hebrew, Arabic, Persian, Urdu
     "בבקשה", "תודה", "من فضلك", "لو سمحت", "رجاء", "شكرا", "الرسائل", "لطفا", "ممنون", "پیام",
     "براہ کرم", "شکریہ",
     // Hindi, Bengali
     "कृपया", "धन्यवाद", "प्लीज", "मैसेज", "संदेश", "দয়া করে", "ধন্যবাদ",
     // Chinese, Japanese, Korean
     "请", "請", "谢谢", "謝謝", "お願いします", "ください", "ありがとう", "부탁합니다",
     "감사합니다",
     // Indonesian, Malay, Vietnamese, Thai, Filipino, Swahili
     "tolong", "terima kasih", "pesan", "mesej", "làm ơn", "vui lòng", "cảm ơn", "tin nhắn", "กรุณา",
     "ขอบคุณ", "pakiusap", "salamat", "tafadhali", "asante"});

inline constexpr auto start = std::to_array<std::string_view>(
    {"start",       "unstop",  "subscribe", "resume",      "opt in",   "optin",     "anmelden",
     "abonnieren",  "alta",    "suscribir", "suscribirme", "reanudar", "inscrever", "cadastrar",
     "retomar",     "abonner", "s'abonner", "reprendre",   "iscrivi",  "iscrivimi", "riprendi",
     "aanmelden",   "tilmeld", "zapisz",    "başla",       "devam",    "старт",     "подписаться",
     "підписатися", "έναρξη",  "ابدأ",      "اشتراك",      "התחל",     "शुरू करें",     "शुरू",
     "开始",        "開始",    "订阅",      "訂閱",        "시작",     "mulai",     "mula",
     "bắt đầu",     "เริ่ม",     "anza"});

/// What the payload of a button may begin with to mean stop, whatever follows.
inline constexpr auto payload = std::to_array<std::string_view>({"stop", "unsubscribe", "optout"});

} // namespace stentor::core::vocabulary
