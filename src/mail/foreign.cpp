#include "foreign.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include "ascii.hpp"
#include "code_points.hpp"

namespace caveat::mail {
namespace {

// Punctuation, symbols, combining marks and private characters (the bullets of office programs) that stay after NFKC.
constexpr std::array<CodeRange, 47> sign_ranges{{
    {0xA0, 0xA9},     {0xAB, 0xB4},     {0xB6, 0xB9},       {0xBB, 0xBF},       {0xD7, 0xD7},        {0xF7, 0xF7},     {0x2C2, 0x2C5},
    {0x2D2, 0x2DF},   {0x300, 0x36F},   {0x37E, 0x37E},     {0x387, 0x387},     {0x55A, 0x55F},      {0x589, 0x58F},   {0x5BE, 0x5BE},
    {0x5C0, 0x5C0},   {0x5C3, 0x5C3},   {0x5F3, 0x5F4},     {0x600, 0x61F},     {0x640, 0x640},      {0x66A, 0x66D},   {0x6D4, 0x6D4},
    {0x964, 0x965},   {0xE4F, 0xE4F},   {0xE5A, 0xE5B},     {0x10FB, 0x10FB},   {0x1360, 0x1368},    {0x1680, 0x1680}, {0x16EB, 0x16ED},
    {0x17D4, 0x17DB}, {0x1800, 0x180F}, {0x2000, 0x206F},   {0x20A0, 0x218F},   {0x2190, 0x2BFF},    {0x2CF9, 0x2CFF}, {0x2E00, 0x2E7F},
    {0x3000, 0x3004}, {0x3008, 0x3020}, {0x3030, 0x3030},   {0x303D, 0x303F},   {0x30FB, 0x30FB},    {0xE000, 0xF8FF}, {0xFD3E, 0xFD3F},
    {0xFE00, 0xFE6F}, {0xFFF0, 0xFFFF}, {0x1F000, 0x1FBFF}, {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
}};

// Scripts without blanks between words, where the end of a colour cannot be told from what follows.
constexpr std::array<CodeRange, 8> unspaced{{
    {0xE00, 0xEFF},
    {0x1000, 0x109F},
    {0x1780, 0x17FF},
    {0x2E80, 0x2FFF},
    {0x3005, 0x9FFF},
    {0xAC00, 0xD7AF},
    {0xF900, 0xFAFF},
    {0x20000, 0x3FFFF},
}};

// Small letters, so far as the names below need it: ASCII, Latin, Greek, Cyrillic.
char32_t small(char32_t c) {
    if (c >= U'A' && c <= U'Z') return c + 32;
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
    if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177) || (c >= 0x1E00 && c <= 0x1EFF)) return c | 1U;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return (c & 1U) != 0 ? c + 1 : c;
    if (c == 0x386) return 0x3AC;
    if (c >= 0x388 && c <= 0x38A) return c + 37;
    if (c == 0x38C) return 0x3CC;
    if (c >= 0x391 && c <= 0x3A9) return c + 32;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    return c;
}

// The bytes of `name` at the start of `text`, whatever its case, or 0. Adds the characters that were compared to `examined`.
std::size_t named(std::string_view text, std::string_view name, std::size_t& examined) {
    const std::size_t whole = text.size();
    while (!name.empty()) {
        ++examined;
        const auto want = code_point(name);
        // "主 题", "제  목": two letters of such scripts are often set apart.
        if (text.size() < whole && within(unspaced, want.value)) {
            for (int blanks = 0; blanks < 4 && text.starts_with(' '); ++blanks) text.remove_prefix(1);
        }
        const auto have = code_point(text);
        if (have.size == 0 || small(have.value) != small(want.value)) return 0;
        name.remove_prefix(want.size);
        text.remove_prefix(have.size);
    }
    return whole - text.size();
}

// clang-format off
constexpr std::array colours = std::to_array<std::string_view>({
    // French, Spanish, Portuguese, Italian, Catalan, Romanian
    "rouge", "ambre", "vert", "verte", "blanc", "jaune", "rojo", "roja", "ámbar", "ambar", "verde", "blanco", "amarillo", "claro",
    "vermelho", "âmbar", "branco", "amarelo", "rosso", "rossa", "ambra", "bianco", "giallo", "vermell", "roșu", "rosu", "chihlimbar",
    // German, Dutch, the north
    "rot", "bernstein", "gelb", "grün", "gruen", "weiß", "weiss", "klar", "rood", "amberkleurig", "geel", "groen", "röd", "rød", "rødt",
    "bärnsten", "ravgul", "grön", "grønn", "grøn", "hvit", "hvid", "punainen", "meripihka", "keltainen", "vihreä", "valkoinen", "rauður",
    "grænn",
    // Baltic, Slavic, Hungarian, Albanian
    "punane", "merevaik", "kollane", "roheline", "sarkans", "dzintars", "zaļš", "raudona", "gintaras", "žalia", "czerwony", "czerwone",
    "bursztynowy", "bursztyn", "pomarańczowy", "żółty", "zielony", "zielone", "biały", "červená", "červený", "cervena", "oranžová",
    "jantarová", "jantar", "žlutá", "zelená", "bílá", "biela", "rdeča", "rdeče", "zelena", "bela", "crvena", "crveno", "crven", "zeleno",
    "piros", "vörös", "borostyán", "sárga", "zöld", "fehér", "kuqe", "qelibar", "gjelbër",
    // Turkish, Indonesian, Malay, Vietnamese, Filipino, Swahili, Samoan, Tongan, Fijian
    "kırmızı", "kirmizi", "kehribar", "sarı", "yeşil", "beyaz", "merah", "kuning", "jingga", "hijau", "putih", "đỏ", "hổ phách", "vàng",
    "xanh", "trắng", "dilaw", "berde", "nyekundu", "kijani", "mūmū", "kulokula", "damudamu",
    // Greek and Cyrillic
    "κόκκινο", "κοκκινο", "κεχριμπάρι", "κεχριμπαρι", "πορτοκαλί", "κίτρινο", "πράσινο", "πρασινο", "λευκό", "красный", "красная",
    "красное", "янтарный", "янтарь", "жёлтый", "желтый", "оранжевый", "зелёный", "зеленый", "белый", "прозрачный", "червоний",
    "бурштиновий", "жовтий", "зелений", "білий", "червен", "червено", "кехлибар", "зелен", "зелено", "црвена", "црвено", "ћилибар",
    "улаан", "ногоон",
    // Arabic, Hebrew, Persian, Urdu, Hindi, Bengali, Tamil, Sinhala, Nepali
    "أحمر", "احمر", "الأحمر", "كهرماني", "عنبر", "أصفر", "برتقالي", "أخضر", "اخضر", "أبيض", "אדום", "ענבר", "כתום", "צהוב", "ירוק", "לבן",
    "قرمز", "کهربایی", "زرد", "سبز", "سفید", "سرخ", "लाल", "एम्बर", "अम्बर", "पीला", "हरा", "सफेद", "লাল", "হলুদ", "সবুজ", "சிவப்பு",
    "பச்சை", "රතු", "කොළ", "रातो",
    // Thai, Lao, Khmer, Burmese
    "แดง", "สีแดง", "อําพัน", "สีอําพัน", "เหลือง", "สีเหลือง", "ส้ม", "เขียว", "สีเขียว", "ขาว", "สีขาว", "ສີແດງ", "ແດງ", "ក្រហម",
    "လိမ္မော်", "အနီ", "အနီရောင်",
    // Chinese, Japanese, Korean
    "红", "紅", "赤", "琥珀", "橙", "黄", "黃", "绿", "綠", "緑", "白色", "透明", "无色", "レッド", "アンバー", "アンバ", "グリーン", "クリア", "ホワイト", "오렌지", "빨강", "빨간",
    "적색", "레드", "앰버", "엠버", "호박색", "황색", "노랑", "노란", "녹색", "초록", "그린", "클리어", "투명", "흰색", "백색", "화이트",
    // Armenian, Georgian, Kazakh, Azerbaijani, Telugu, Malayalam, Kannada, Gujarati, Tibetan, Māori, and further words of the above
    "կարմիր", "դեղին", "կանաչ", "წითელი", "ყვითელი", "მწვანე", "қызыл", "сары", "жасыл", "qırmızı", "yaşıl", "ఎరుపు", "పసుపు", "ఆకుపచ్చ",
    "ചുവപ്പ്", "മഞ്ഞ", "പച്ച", "ಕೆಂಪು", "ಹಳದಿ", "ಹಸಿರು", "લાલ", "પીળો", "લીલો", "དམར་པོ", "སེར་པོ", "ལྗང་ཁུ", "whero", "kākāriki", "kōwhai",
    "màu đỏ", "màu vàng", "màu xanh", "màu cam", "नारंगी", "पहेँलो", "पहेंलो", "हरियो", "কমলা", "மஞ்சள்", "කහ", "نارنجی",
    "шар", "цагаан", "ສີເຫຼືອງ", "ສີຂຽວ", "ສີສົ້ມ", "លឿង", "បៃតង", "ទឹកក្រូច", "အဝါ", "အဝါရောင်", "အစိမ်း", "အစိမ်းရောင်",
    "オレンジ", "イエロー", "朱", "주황", "주황색", "붉은색", "빨간색", "노란색", "초록색", "橘色", "橘", "朱红", "朱紅",
    // Circles, squares
    "🔴", "🟠", "🟡", "🟢", "⚪", "🟥", "🟧", "🟨", "🟩", "⬜",
});
// clang-format on

// Words of English prose as well, and hearts.
constexpr std::array behind_colon = std::to_array<std::string_view>(
    {"orange", "yellow", "black", "alb", "wit", "helder", "rav", "gul", "vit", "cam", "pula", "❤", "💛", "🧡", "💚"});

// clang-format off
// What the protocol is called.
constexpr std::array protocol_names = std::to_array<std::string_view>({
    "交通灯协议", "交通灯协定", "交通灯信号协议", "交通信号灯协议", "交通信号灯协定", "红绿灯协议", "红绿灯协定", "交通燈協議", "交通燈協定", "交通信號燈協議",
    "交通信號燈協定", "交通號誌協定", "紅綠燈協議", "紅綠燈協定", "信号機プロトコル", "信号プロトコル", "交通信号プロトコル", "トラフィックライトプロトコル",
    "トラフィック・ライト・プロトコル", "신호등프로토콜", "신호등규약", "교통신호프로토콜", "트래픽라이트프로토콜", "โปรโตคอลสัญญาณไฟจราจร", "โปรโตคอลไฟจราจร",
    "โพรโทคอลสัญญาณไฟจราจร",
});

// Level, label, mark, class, colour, scope.
constexpr std::array level_words = std::to_array<std::string_view>({
    "等级", "等級", "级别", "級別", "级", "級", "分级", "分級", "密级", "密級", "标签", "標籤", "标识", "標識", "标志", "標誌", "标示", "標示", "标记",
    "標記", "灯号", "燈號", "颜色", "顏色", "分类", "分類", "类别", "類別", "共享级别", "共享等级", "分享等级", "分享等級", "分享级别", "共享范围", "分享範圍",
    "レベル", "ラベル", "カラー", "カテゴリ", "区分", "表示", "指定", "種別", "色", "共有範囲", "情報共有範囲", "ステータス", "マーキング",
    "स्तर", "등급", "레벨", "라벨", "레이블", "수준", "단계", "색상", "분류", "구분", "표시", "공유등급", "정보공유등급",
    "ระดับ", "ระดับชั้น", "ระดับความลับ", "สี", "ป้าย", "ป้ายกํากับ", "ชั้นความลับ", "ประเภท",
});

// "Is".
constexpr std::array copula_words = std::to_array<std::string_view>({
    "为", "為", "是", "属于", "屬於", "定为", "定為", "标为", "は", "が", "은", "는", "이", "가", "คือ", "เป็น",
});

// What may follow a colour and belongs to it.
constexpr std::array colour_tails = std::to_array<std::string_view>({
    "色", "级", "級", "级别", "級別", "等级", "等級", "信息", "標示", "标示", "标记", "標記", "标签", "標籤", "类", "類", "です", "である", "とする",
    "とします", "扱い", "扱", "指定", "区分", "レベル", "相当", "ラベル", "색", "등급", "레벨", "라벨", "수준", "단계", "입니다", "임", "이다", "으로", "로", "ระดับ",
});

constexpr std::array plain_reds = std::to_array<std::string_view>({
    "rouge", "rot", "rojo", "vermelho", "rosso", "roșu", "लाल", "czerwony", "czerwone", "punainen", "kırmızı", "kirmizi", "merah", "đỏ", "κόκκινο",
    "красный", "червоний", "црвено", "улаан",
});

constexpr std::array subject_names = std::to_array<std::string_view>({
    "subject", "betreff", "objet", "asunto", "oggetto", "onderwerp", "assunto", "assumpte", "temat", "předmět", "predmet", "tárgy",
    "konu", "ämne", "emne", "aihe", "efni", "subiect", "teema", "tēma", "tema", "zadeva", "naslov", "subjek", "perihal", "subyek",
    "judul", "paksa", "mada", "gaia", "gai", "subjekt", "betr", "betreft", "sujet", "tajuk", "тема", "предмет", "относно", "θέμα",
    "наслов", "主题", "主題", "主旨", "标题", "標題", "件名", "題名", "제목", "chủ đề", "tiêu đề", "เรื่อง", "หัวเรื่อง", "الموضوع", "موضوع", "נושא",
    "विषय", "বিষয়", "பொருள்", "विषयः", "гарчиг", "сэдэв", "ប្រធានបទ", "ຫົວຂໍ້", "subj", "téma", "temats", "suġġett", "mövzu", "mavzu", "тэма",
    "тақырыбы", "թեմա", "თემა", "විෂයය", "මාතෘකාව", "అంశం", "విషయం", "വിഷയം", "ವಿಷಯ", "વિષય", "ਵਿਸ਼ਾ", "အကြောင်းအရာ", "表題", "タイトル",
    "หัวข้อ", "vấn đề", "kaupapa",
});

// Verbs behind a label at the end of a sentence: Japanese, Korean, Chinese, Hindi, Nepali, Persian, Urdu, Turkish, Mongolian, German, Dutch;
// and the particles that close one: Thai, Lao, Burmese, Khmer, Indonesian and Malay, Vietnamese, Filipino, Hindi, Sinhala, Tamil, Chinese.
constexpr std::array predicates = std::to_array<std::string_view>({
    "です", "でした", "である", "となります", "とします", "とする", "扱い", "扱いです", "扱いとします", "扱いでお願いします", "指定", "指定です", "に指定",
    "に該当します", "で共有します", "でお願いします", "とさせていただきます", "입니다", "이다", "임", "등급", "등급입니다", "등급임", "로 분류됩니다",
    "으로 분류됩니다", "로 지정", "级", "级别", "级信息", "等级", "級", "等級", "類", "类", "है", "हो", "छ", "است", "می‌باشد", "ہے", "dir", "dır",
    "please", "bitte", "svp", "por favor", "per favore", "olarak sınıflandırılmıştır", "olarak işaretlenmiştir", "seviyesindedir", "байна", "ангилалтай", "eingestuft", "klassifiziert",
    "gekennzeichnet", "markiert", "zu behandeln", "geclassificeerd", "gemarkeerd", "da",
    "だ", "だよ", "ですよ", "ですね", "ですので", "になります", "になりました", "になっています", "になっております", "となりました", "となっています",
    "となっております", "であります", "でございます", "といたします", "と致します", "としています", "としております", "とのこと", "とのことです", "扱いとなります",
    "扱いになります", "扱いでお願いいたします", "でお願いいたします", "でお願い致します", "で扱ってください", "で取り扱ってください", "として扱ってください",
    "として取り扱ってください", "でお取り扱いください", "指定とします", "指定となります", "指定になります", "指定でお願いします", "で共有いたします",
    "예요", "이에요", "입니다만", "임을알립니다", "로 취급", "으로 취급", "로 취급합니다", "로 취급해주세요", "로 분류", "로 분류됨", "로 지정합니다", "로 지정됨",
    "로 지정되었습니다", "로 지정됩니다", "로 공유합니다", "로 부탁드립니다", "로 처리합니다", "입니다요",
    "的", "了", "哦", "喔", "啦", "喲", "哟", "呢", "資訊", "的信息", "的資訊", "级的信息", "級的資訊",
    "ครับ", "คับ", "ครับผม", "ค่ะ", "คะ", "ค่า", "นะครับ", "นะคะ", "นะค่ะ", "นะ", "จ้ะ", "จ้า", "เท่านั้น", "เท่านั้นครับ", "เท่านั้นค่ะ", "ด้วยครับ",
    "ด้วยค่ะ", "แล้วครับ", "แล้วค่ะ", "ເດີ", "ເນາະ", "ໄດ້", "ပါ", "ပါသည်", "ပါတယ်", "ဖြစ်ပါသည်", "ဖြစ်ပါတယ်", "ဖြစ်သည်", "ទេ", "ណា", "បាទ", "ចាស",
    "ya", "yah", "lah", "loh", "lho", "dong", "deh", "kok", "nih", "sih", "saja", "sahaja", "ya pak", "ya bu", "tuan", "puan",
    "nhé", "nhe", "nha", "nhá", "nhỉ", "ạ", "nhé ạ", "nha ạ", "đó", "đấy", "đó ạ", "đấy ạ", "thôi", "thôi nhé",
    "po", "lang", "lamang", "lang po", "lamang po", "na po", "है जी", "हैं", "होगा", "रहेगा", "हो ला", "වේ", "යි", "ஆகும்", "юм", "болно", "билээ",
});
// What such verbs begin with; particles and endings of courtesy follow.
constexpr std::array predicate_stems = std::to_array<std::string_view>({
    "です", "とします", "となります", "に指定され", "に指定し", "に分類され", "に該当し", "で共有し", "입니다", "이오니", "이므로", "로 분류되", "로 분류됩", "로 분류합", "로 분류하",
    "로 지정되", "로 지정됩", "로 지정합", "로 공유드", "로 공유됩", "로 공유되", "로 공유합", "로 공유하", "로 제공됩", "로 제공되", "로 제공합", "로 제공드", "로 취급", "로 표시되",
});
// clang-format on

// Names by their first letter. Comparing a text with all two hundred, or every line of a message with sixty, costs more than all else that
// is done with it. Two letters may share a place.
class Names {
public:
    template <std::size_t N>
    explicit Names(const std::array<std::string_view, N>& names) : names_(names.begin(), names.end()) {
        std::stable_sort(names_.begin(), names_.end(), [](auto a, auto b) { return place_of(a) < place_of(b); });
        for (const auto name : names_) ++begins_.at(place_of(name) + 1);
        std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
    }
    // Those that `text` may begin with, in the order of the table.
    [[nodiscard]] std::span<const std::string_view> like(std::string_view text) const {
        if (text.empty()) return {};
        const auto place = place_of(text);
        return std::span(names_).subspan(begins_.at(place), begins_.at(place + 1) - begins_.at(place));
    }

private:
    static constexpr std::size_t places = 4096;
    static std::size_t place_of(std::string_view text) { return small(code_point(text).value) % places; }
    std::vector<std::string_view> names_;
    std::array<std::size_t, places + 1> begins_{};
};

}  // namespace

std::size_t decoration(std::string_view text) {
    if (text.empty()) return 0;
    if (ascii::is_plain(text.front())) return ascii::is_alnum(text.front()) ? 0 : 1;
    const auto c = code_point(text);
    return c.size != 0 && within(sign_ranges, c.value) ? c.size : 0;
}

std::size_t tick_box(std::string_view text) {
    static const Names boxes(std::to_array<std::string_view>(
        {"☐", "☑", "☒", "□", "■", "▢", "▣", "○", "●", "◯", "◉", "◎", "◻", "◼", "◽", "◾", "✓", "✔",    "✗",    "✘",    "✅", "❌",
         "❎", "❏", "❑", "❍", "⬜", "⬛", "⚪", "⚫", "⭕", "⦿", "⊠", "⊡", "√", "×", "🔘", "🔲", "🔳", "🗹", "🗸", "🗵", "~~"}));
    constexpr std::string_view opening = "[(", closing = "])", ticks = " xXvV*";
    if (text.size() < 2) return 0;
    if (const auto kind = opening.find(text[0]); kind != std::string_view::npos) {
        const std::size_t inner = ticks.find(text[1]) != std::string_view::npos ? 1 : 0;
        return text.substr(1 + inner).starts_with(closing[kind]) ? 2 + inner : 0;
    }
    for (const auto box : boxes.like(text)) {
        if (text.starts_with(box)) return box.size();
    }
    return 0;
}

std::string_view undecorated(std::string_view text) {
    while (const auto size = decoration(text)) text.remove_prefix(size);
    return text;
}

std::size_t foreign_colour(std::string_view text, bool colon, std::size_t& examined) {
    static const Names any(colours), more(behind_colon);
    ++examined;
    if (colon) {
        for (const auto name : more.like(text)) {
            const std::size_t size = named(text, name, examined);
            if (size != 0 && (size == text.size() || decoration(text.substr(size)) != 0 || decoration(name) != 0)) return size;
        }
    }
    for (const auto name : any.like(text)) {
        const std::size_t size = named(text, name, examined);
        if (size == 0) continue;
        const auto after = text.substr(size);
        const bool open = after.empty() || decoration(after) != 0 || within(unspaced, code_point(name).value) || decoration(name) != 0;
        if (open) return size;
    }
    return 0;
}

namespace {

std::size_t longest_of(const Names& names, std::string_view text, std::size_t& examined) {
    std::size_t longest = 0;
    for (const auto name : names.like(text)) longest = std::max(longest, named(text, name, examined));
    return longest;
}

}  // namespace

std::size_t foreign_protocol(std::string_view text, std::size_t& examined) {
    static const Names names(protocol_names);
    return longest_of(names, text, examined);
}

std::size_t foreign_kind(std::string_view text, std::size_t& examined) {
    static const Names names(level_words);
    return longest_of(names, text, examined);
}

std::size_t foreign_copula(std::string_view text, std::size_t& examined) {
    static const Names names(copula_words);
    return longest_of(names, text, examined);
}

std::optional<std::size_t> colour_tail(std::string_view text, std::size_t& examined) {
    constexpr int most = 3;  // "色等级です"
    static const Names names(colour_tails);
    std::size_t size = 0;
    for (int words = 0; words < most; ++words) {
        const auto rest = text.substr(size);
        if (rest.empty() || decoration(rest) != 0) break;
        size += longest_of(names, rest, examined);
    }
    const auto rest = text.substr(size);
    const bool goes_on = rest.starts_with("、") || rest.starts_with(",") || rest.starts_with("/") || rest.starts_with("・");
    return rest.empty() || (decoration(rest) != 0 && !goes_on) ? std::optional(size) : std::nullopt;
}

bool is_unspaced(std::string_view text) { return within(unspaced, code_point(text).value); }

bool is_plain_red(std::string_view colour) {
    std::size_t examined = 0;
    return std::any_of(plain_reds.begin(), plain_reds.end(),
                       [&](auto name) { return !colour.empty() && named(colour, name, examined) == colour.size(); });
}

std::size_t foreign_word(std::string_view text) {
    const auto first = code_point(text);
    if (first.value < 0x80 || decoration(text) != 0 || within(unspaced, first.value)) return 0;
    constexpr std::size_t longest = 64;  // bytes
    std::size_t size = 0;
    while (size < longest && size < text.size() && decoration(text.substr(size)) == 0) {
        const auto c = code_point(text.substr(size));
        if (c.size == 0) break;
        size += c.size;
    }
    return size;
}

std::size_t unspaced_word(std::string_view text, std::size_t& examined) {
    // Letters and marks of Thai, Lao, Khmer and Burmese; of the scripts behind them; of Japanese ones in which particles are written.
    constexpr std::size_t longest = 14, longest_dense = 6, longest_of_particles = 3;
    const auto first = code_point(text).value;
    const bool particles = first >= 0x3041 && first <= 0x309F;
    const auto most = first < 0x2E80 ? longest : particles ? longest_of_particles : longest_dense;
    std::size_t size = 0, count = 0;
    while (is_unspaced(text.substr(size)) && decoration(text.substr(size)) == 0 && count <= most) {
        size += code_point(text.substr(size)).size;
        ++count;
    }
    examined += count + 1;
    const auto rest = text.substr(size);
    if (count == 0 || count > most || (!rest.empty() && decoration(rest) == 0)) return 0;
    const bool is_other_word =
        foreign_copula(text, examined) != 0 || foreign_kind(text, examined) == size || foreign_protocol(text, examined) != 0;
    return is_other_word ? 0 : size;
}

std::size_t foreign_number(std::string_view text) {
    static constexpr std::array numerals =
        std::to_array<std::string_view>({"一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "第", "甲", "乙",
                                         "丙", "丁", "๐",  "๑",  "๒",  "๓",  "๔",  "๕",  "๖",  "๗",  "๘",  "๙"});
    constexpr int most = 4;
    std::size_t size = 0;
    for (int count = 0; count < most; ++count) {
        const auto rest = text.substr(size);
        const auto* const one = std::find_if(numerals.begin(), numerals.end(), [&](auto numeral) { return rest.starts_with(numeral); });
        if (one == numerals.end()) break;
        size += one->size();
    }
    if (size != 0) return size;
    // "가.", "ก)", "а)"; a single sign of Chinese is a word.
    const auto first = code_point(text);
    return first.value >= 0x3400 && first.value < 0xA000 ? 0 : foreign_letter(text);
}

std::size_t foreign_letter(std::string_view text) {
    const auto c = code_point(text);
    return c.value >= 0x80 && c.size != 0 && decoration(text) == 0 ? c.size : 0;
}

bool is_predicate(std::string_view text) {
    constexpr std::size_t longest = 64;  // bytes
    text = undecorated(text);
    if (text.empty() || text.size() > longest) return false;
    std::size_t examined = 0;
    if (std::any_of(predicates.begin(), predicates.end(), [&](auto verb) { return named(text, verb, examined) == text.size(); }))
        return true;
    constexpr std::string_view link = "으";  // "으로 분류", behind a consonant
    const auto stem = text.starts_with(link) ? text.substr(link.size()) : text;
    return std::any_of(predicate_stems.begin(), predicate_stems.end(), [&](auto one) { return named(stem, one, examined) != 0; });
}

std::size_t size_of_name(std::string_view text, std::string_view name) {
    std::size_t examined = 0;
    return named(text, name, examined);
}

std::optional<std::string_view> forwarded_subject(std::string_view line) {
    constexpr std::size_t longest = 48;  // bytes before the colon
    static const Names names(subject_names);
    const auto text = undecorated(line);
    std::size_t examined = 0;
    for (const auto name : names.like(text)) {
        const std::size_t size = named(text, name, examined);
        if (size == 0) continue;
        std::size_t column = 0;  // behind a tab: the cells of a table
        for (std::size_t i = size; i < text.size() && i < longest;) {
            if (text[i] == ':') return text.substr(i + 1);
            if (text[i] == '\t' || text[i] == '|') column = i + 1;
            const std::size_t sign = decoration(text.substr(i));
            if (sign == 0) break;
            i += sign;
        }
        if (column != 0) return text.substr(column);
        if (undecorated(text.substr(size)).empty()) return std::string_view();
    }
    return std::nullopt;
}

std::optional<ForwardedSubjects::Said> ForwardedSubjects::read(std::string_view line) {
    constexpr std::size_t wrapped = 60;   // bytes of a line that may have been cut to fit
    constexpr std::size_t longest = 998;  // bytes of a subject (RFC 5322 §2.1.1)
    const bool indented = !line.empty() && ascii::is_wsp(line.front());
    const bool named_above = is_named_, goes_on = !open_.empty() && (may_go_on_ || indented);
    const auto above = std::exchange(open_, {});
    is_named_ = may_go_on_ = false;
    if (const auto own = forwarded_subject(line)) {
        is_named_ = undecorated(*own).empty();
        if (!is_named_) open_ = own->substr(0, longest);
        may_go_on_ = line.size() >= wrapped;
        return Said{std::string(*own), true};
    }
    if (named_above && line.size() <= longest) return Said{std::string(line), false};
    // The name of the next field of the header ends it.
    const auto name = line.substr(0, line.find_first_of(" \t"));
    if (!goes_on || (!indented && name.ends_with(':')) || above.size() + line.size() > longest) return std::nullopt;
    return Said{above + ' ' + std::string(undecorated(line)), false};
}

}  // namespace caveat::mail
