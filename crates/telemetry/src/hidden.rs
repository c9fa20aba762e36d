//! The second net: what looks like somebody's address, number or key is taken out of a line before it is written. The
//! first is that nothing about a person is logged at all (`Phi` has no `Display`, statements are never logged); whatever
//! a library puts into the text of an error is caught here.

use std::{borrow::Cow, sync::LazyLock};

use regex_lite::Regex;

/// What stands in its place.
const HIDDEN: &str = "[hidden]";

/// Shapes that no id, time or number of ours has. Names have no shape: against these there is only the first net.
static SHAPES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let shapes = [
        // An e-mail address (RFC 5321 §4.1.2, the forms that are used).
        r"[\w.%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
        // A token of ours or another's (RFC 7519), and a key of another program.
        r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?",
        r"\bmsk_[\w-]+",
        // The password in an address.
        r"://[^\s/:@]+:[^\s/@]+@",
        // A social security number, and a telephone number as it is written.
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"(?:\+\d{1,3}[ .-]?)?\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b",
    ];
    Regex::new(&shapes.join("|")).ok()
});

/// The text without them.
pub(crate) fn hide(text: &str) -> Cow<'_, str> {
    if !may_hold_one(text) {
        return Cow::Borrowed(text);
    }
    match &*SHAPES {
        Some(shapes) => shapes.replace_all(text, HIDDEN),
        None => Cow::Borrowed(HIDDEN),
    }
}

/// Nearly every text of ours holds none, and is looked over faster than it is matched: it has no `@`, no beginning of a
/// token or key, and nowhere three digits by themselves before a sign that stands between groups of digits.
fn may_hold_one(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts_a_number = |at: usize| {
        let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let after = bytes.get(at + 3);
        alone
            && bytes[at..].iter().take(3).filter(|byte| byte.is_ascii_digit()).count() == 3
            && after.is_some_and(|sign| b"-. )".contains(sign))
    };
    bytes.iter().enumerate().any(|(at, byte)| match byte {
        b'@' => true,
        b'e' => bytes[at..].starts_with(b"eyJ"),
        b'm' => bytes[at..].starts_with(b"msk_"),
        b'0'..=b'9' => starts_a_number(at),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_an_address_a_number_or_a_key_is_hidden() {
        for text in [
            "ada.lovelace+x@mail.example.org",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "msk_Zm9vYmFy",
            "078-05-1120",
            "(555) 010-4477",
            "+1 555-010-4477",
            "555.010.4477",
        ] {
            assert_eq!(hide(&format!("no mailbox for <{text}>, sorry")), "no mailbox for <[hidden]>, sorry");
        }
        assert_eq!(hide("postgres://app:secret@db/x"), "postgres[hidden]db/x");
    }

    #[test]
    fn ids_times_and_counts_stay() {
        for text in [
            "01a205ef-34eb-71b4-b6a6-ba4b383ce7ba",
            "2026-11-23T01:04:52.459123Z",
            "job:01a205ef-34eb-71b4-b6a6-ba4b383ce7ba attempt 3 of 4",
            "GET /api/v1/clients/{id} 200 1234567890 bytes in 0.0123 s",
            "127.0.0.1:48333",
            "w@",
        ] {
            assert_eq!(hide(text), text);
        }
        assert!(!may_hold_one("01a205ef-34eb-71b4-b6a6-ba4b383ce7ba"), "ids are in every line");
    }
}
