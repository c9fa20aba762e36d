//! Where to go after signing in.

use std::fmt::Write;

/// The page to return to: a path of this app, or the first page of whoever signs in when `asked` is anything else
/// (another site, a scheme, the sign-in page itself).
pub fn safe(asked: Option<&str>) -> &str {
    match asked {
        Some(path)
            if path.starts_with('/')
                && !path.starts_with("//")
                && !path.starts_with("/sign-")
                && !path.contains('\\') =>
        {
            path
        }
        _ => "/",
    }
}

/// The sign-in page that returns to `path`.
pub fn sign_in(path: &str) -> String {
    let mut address = String::from("/sign-in?return=");
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing into a String cannot fail.
            let _ = write!(address, "%{byte:02X}");
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_path_of_this_app_is_returned_to() {
        assert_eq!(safe(Some("/sessions/1?note=2")), "/sessions/1?note=2");
        for other in ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-in", "javascript:1"]
        {
            assert_eq!(safe(Some(other)), "/", "{other}");
        }
        assert_eq!(safe(None), "/");
    }

    #[test]
    fn a_return_path_survives_as_one_query_value() {
        assert_eq!(sign_in("/a?b=c&d"), "/sign-in?return=/a%3Fb%3Dc%26d");
    }
}
