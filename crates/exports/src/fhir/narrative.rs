//! Text as FHIR wants it: XHTML without anything in it that could be run.

use serde_json::{Value, json};

/// A narrative of paragraphs; `null` without any.
pub fn narrative<'a>(paragraphs: impl IntoIterator<Item = &'a str>) -> Value {
    let lines = paragraphs.into_iter().flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty());
    let paragraphs = lines.map(escaped).collect::<Vec<_>>().join("</p><p>");
    if paragraphs.is_empty() {
        return Value::Null;
    }
    json!({
        "status": "additional",
        "div": format!("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{paragraphs}</p></div>"),
    })
}

/// What XML gives another meaning to, or does not take.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' => escaped.push(' '),
            _ if sign.is_control() || matches!(sign, '\u{FFFE}' | '\u{FFFF}') => {}
            _ => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_written_becomes_markup() {
        let text = narrative(["5 < 6 & <script>alert(1)</script>\n\nnext\u{1}"]);
        let expected = "<div xmlns=\"http://www.w3.org/1999/xhtml\">\
             <p>5 &lt; 6 &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p><p>next</p></div>";
        assert_eq!(text["div"], expected);
        assert_eq!(narrative([" ", "\n"]), Value::Null);
    }
}
