//! Text that comes from a container, made harmless for the screen it is shown on.
//!
//! A program may write anything: colours, a cursor that moves, a window's title, a direction of
//! writing. Shown as it is, it would act on this program's screen, or lie about what it says.

/// The width of a tabulation.
const TAB: usize = 8;

/// The text without its escape sequences (ECMA-48 §5.4, §5.6), tabulations as spaces, and every
/// other control character as the symbol that names it (`␀` … `␡`).
pub fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let shown = match letter {
            '\x1b' => {
                skip_escape(&mut letters);
                continue;
            }
            '\t' => {
                let gap = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', gap));
                column += gap;
                continue;
            }
            '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or('\u{fffd}'),
            '\x7f' => '␡',
            letter if letter.is_control() || turns(letter) => '\u{fffd}',
            letter => letter,
        };
        out.push(shown);
        column += 1;
    }
    out
}

/// Whether a character changes the direction of writing, breaks the line or hides in it: the text
/// would not be shown as it is written.
const fn turns(letter: char) -> bool {
    matches!(
        letter,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

/// Passes over what follows an ESC.
fn skip_escape(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match letters.peek() {
        Some('[') => {
            letters.next();
            while letters.next_if(|it| matches!(it, ' '..='?')).is_some() {}
            letters.next_if(|it| matches!(it, '@'..='~'));
        }
        // A string (a title, a picture): up to BEL or ESC \.
        Some(']' | 'P' | 'X' | '^' | '_') => {
            let mut escaped = false;
            for letter in letters.by_ref() {
                if letter == '\x07' || (escaped && letter == '\\') {
                    break;
                }
                escaped = letter == '\x1b';
            }
        }
        _ => {
            while letters.next_if(|it| matches!(it, ' '..='/')).is_some() {}
            letters.next_if(|it| matches!(it, '0'..='~'));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn escape_sequences_go() {
        assert_eq!(
            harmless("\x1b[1;31mrouge\x1b[0m et \x1b[2Jreste"),
            "rouge et reste"
        );
        assert_eq!(harmless("\x1b]0;titre\x07a\x1b]8;;http://x\x1b\\b"), "ab");
        assert_eq!(harmless("\x1b(Ba\x1b7b\x1bcd"), "abd");
        assert_eq!(harmless("coupé \x1b[3"), "coupé ");
        assert_eq!(harmless("coupé \x1b]0;sans fin"), "coupé ");
    }

    #[test]
    fn control_characters_are_named() {
        assert_eq!(harmless("a\0b\x07c\x7f\r\n"), "a␀b␇c␡␍␊");
        assert_eq!(harmless("\u{9b}31m"), "\u{fffd}31m");
        assert_eq!(harmless("ab\u{202e}cd"), "ab\u{fffd}cd");
    }

    #[test]
    fn tabulations_stop_each_eight_columns() {
        assert_eq!(harmless("\ta\tb"), "        a       b");
    }
}
