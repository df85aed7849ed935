//! The words of a line that is typed into a terminal.

/// Splits a line into its words like Redis: quotes may contain spaces, and double quotes also
/// escapes. Returns `None` if a quote isn't closed, or if a word continues after one.
pub(crate) fn split(line: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut rest = line.split(|&byte| byte == 0).next()?; // a line of C ends here
    let mut words = Vec::new();
    loop {
        while let [first, after @ ..] = rest {
            if !is_space(*first) {
                break;
            }
            rest = after;
        }
        if rest.is_empty() {
            return Some(words);
        }
        let (word, after) = word(rest)?;
        words.push(word);
        rest = after;
    }
}

/// Returns the word at the beginning of `rest`, and the rest after it.
fn word(mut rest: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut word = Vec::new();
    let mut quote = None;
    loop {
        let (byte, after) = match (quote, rest) {
            (None, [] | [b' ' | b'\t' | b'\r' | b'\n', ..]) => return Some((word, rest)),
            (None, [opening @ (b'"' | b'\''), after @ ..]) => {
                quote = Some(*opening);
                rest = after;
                continue;
            }
            (Some(closing), [byte, after @ ..]) if *byte == closing => {
                return after.first().is_none_or(|&next| is_space(next)).then_some((word, after));
            }
            (Some(_), []) => return None,
            (Some(b'"'), [b'\\', b'x', high, low, after @ ..])
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                (16 * hex(*high) + hex(*low), after)
            }
            (Some(b'"'), [b'\\', escaped, after @ ..]) => (escape(*escaped), after),
            (Some(b'\''), [b'\\', b'\'', after @ ..]) => (b'\'', after),
            (_, [byte, after @ ..]) => (*byte, after),
        };
        word.push(byte);
        rest = after;
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    }
}

fn escape(letter: u8) -> u8 {
    match letter {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'a' => 7,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    fn words(line: &str) -> Option<Vec<String>> {
        let words = split(line.as_bytes())?;
        Some(words.iter().map(|word| word.escape_ascii().to_string()).collect())
    }

    #[test]
    fn words_are_split_as_redis_does_it() {
        let some = |words: &[&str]| Some(words.iter().map(|&word| word.to_owned()).collect());
        assert_eq!(words(""), some(&[]));
        assert_eq!(words(" \t\r"), some(&[]));
        assert_eq!(words("get  a\r"), some(&["get", "a"]));
        assert_eq!(words(r#"set "a b" 'c d'"#), some(&["set", "a b", "c d"]));
        assert_eq!(words(r#""\x41\n\q\x4" '\'\n'"#), some(&["A\\nqx4", "\\'\\\\n"]));
        assert_eq!(words(r#"a"b" """#), some(&["ab", ""]));
        assert_eq!(words("a\0b"), some(&["a"]));
        for unbalanced in ["\"", "'", "\"a\"b", "'a'b", "a\"", r#""\""#, r"'\'"] {
            assert_eq!(words(unbalanced), None, "{unbalanced}");
        }
    }
}
