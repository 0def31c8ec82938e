#pragma once
// What labels and their surroundings are made of beyond ASCII: signs, colours in other languages, the names that mail programs give the
// subject of a forwarded message (ruling hh). Text is NFKC. Pure; linear.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace caveat::mail {

// The bytes of the character at the start of `text` if it is neither a letter nor a digit, else 0. A byte that is no UTF-8 is a letter.
[[nodiscard]] std::size_t decoration(std::string_view text);

// Behind all decoration at the start.
[[nodiscard]] std::string_view undecorated(std::string_view text);

// The bytes of a box to tick at the start, ticked or not ("☐", "☒", "●", "[ ]", "(x)"), or of what strikes words through ("~~"); or 0.
[[nodiscard]] std::size_t tick_box(std::string_view text);

// The bytes of the name of a colour at the start of `text` that is no label of TLP but means one ("ROUGE", "ámbar", "赤", a red circle).
// `colon`: one stands before it. Without it names that are words of English prose are none. Adds the characters that were compared with
// names to `examined`: a few dozen at most, whatever the text.
[[nodiscard]] std::size_t foreign_colour(std::string_view text, bool colon, std::size_t& examined);

// The bytes of the name that the protocol has in scripts that put no blanks between words, and in Korean, at the start of `text`
// ("交通灯协议", "신호등 프로토콜"); or 0. Adds to `examined` as above.
[[nodiscard]] std::size_t foreign_protocol(std::string_view text, std::size_t& examined);

// The bytes of a word for "level", "label" or "colour" of these languages at the start of `text` ("等级", "区分", "등급", "ระดับ"), or of
// one for "is" ("为", "は"); or 0.
[[nodiscard]] std::size_t foreign_kind(std::string_view text, std::size_t& examined);
[[nodiscard]] std::size_t foreign_copula(std::string_view text, std::size_t& examined);

// Behind a colour of these languages that stands in front of `text`: the bytes of what still belongs to it ("色", "级", "です"), if it ends
// there; or nothing: it is part of another word ("黄先生", "赤字"), or the first of several ("红、黄、绿").
[[nodiscard]] std::optional<std::size_t> colour_tail(std::string_view text, std::size_t& examined);
[[nodiscard]] bool is_unspaced(std::string_view text);  // it begins with a letter of such a script

// Names of the colour red that mean nothing else behind "TLP", whatever follows ("TLP merah").
[[nodiscard]] bool is_plain_red(std::string_view colour);

// The bytes of the word at the start of `text` if it begins with a letter beyond ASCII of a script that puts blanks between words.
[[nodiscard]] std::size_t foreign_word(std::string_view text);

// The bytes of the word at the start of `text` in a script that puts no blanks between words, if it may be the name of a colour. There
// people write prose right behind a colon: what is long, or is a word for "level", "is" or the like, is none.
[[nodiscard]] std::size_t unspaced_word(std::string_view text, std::size_t& examined);

// The bytes of what numbers a line in other scripts than Latin at the start of `text`, a numeral or a single letter ("一", "가", "ก"), or
// 0.
[[nodiscard]] std::size_t foreign_number(std::string_view text);

// The bytes of the letter beyond ASCII at the start of `text`, or 0.
[[nodiscard]] std::size_t foreign_letter(std::string_view text);

// Whether `text`, what follows the label of a line, is only the verb of a language that ends its sentences with one ("です", "입니다",
// "eingestuft"): the label is said of the line as if it ended it.
[[nodiscard]] bool is_predicate(std::string_view text);

// The bytes of `name` at the start of `text`, whatever its case, or 0.
[[nodiscard]] std::size_t size_of_name(std::string_view text, std::string_view name);

// What follows "Subject:" or its like in other languages, perhaps bold or indented, as a forwarded message shows it; empty where the line
// holds nothing else, and the subject stands in the next.
[[nodiscard]] std::optional<std::string_view> forwarded_subject(std::string_view line);

// The subjects of forwarded messages in lines as they come, also where a subject stands below its name or goes on in a second line.
class ForwardedSubjects {
public:
    // What `line` says of a subject, with the line above it where it goes on from there; or nothing. `ends`: the line is nothing else.
    struct Said {
        std::string subject;
        bool ends = true;
    };
    [[nodiscard]] std::optional<Said> read(std::string_view line);

private:
    std::string open_;        // what was said so far of a subject that may go on
    bool is_named_ = false;   // a name stood alone in the line above
    bool may_go_on_ = false;  // the line above was long, or this one is indented
};

}  // namespace caveat::mail
