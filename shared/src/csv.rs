//! Lists for whoever keeps them outside: lines of RFC 4180.

/// One line, with its end.
pub fn line<T: AsRef<str>>(fields: &[T]) -> String {
    fields.iter().map(|field| quoted(field.as_ref())).collect::<Vec<_>>().join(",") + "\r\n"
}

/// A field between quotes. A spreadsheet takes what begins like a formula for one, so an apostrophe goes before it.
fn quoted(field: &str) -> String {
    let formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        let fields = ["=1+1", "@SUM(A1)", "-2", "plain", "say \"hi\", then"];
        assert_eq!(line(&fields), "\"'=1+1\",\"'@SUM(A1)\",\"'-2\",\"plain\",\"say \"\"hi\"\", then\"\r\n");
    }
}
