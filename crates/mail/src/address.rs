//! Addresses, which never print.

use lettre::message::Mailbox;

/// An address that mail can be sent to.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(pub(crate) lettre::Address);

/// The text is no address (RFC 5321 §4.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no e-mail address")]
pub struct NotAnAddress;

impl Address {
    /// Reads one. A line break cannot pass, so no header can be smuggled in.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        text.trim().parse().map(Self).map_err(|_not_one| NotAnAddress)
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Address")
    }
}

/// Whom mail comes from: `no-reply@practice.example` or `Practice <no-reply@practice.example>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender(pub(crate) Mailbox);

impl Sender {
    /// Reads one.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, NotAnAddress> {
        text.trim().parse().map(Self).map_err(|_not_one| NotAnAddress)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_break_does_not_pass() {
        for text in ["a@b.example\r\nBcc: c@d.example", "a\n@b.example", "@", "nobody", ""] {
            assert!(Address::parse(text).is_err(), "{text:?}");
        }
        assert!(Address::parse(" ada@clinic.example ").is_ok());
        assert!(Sender::parse("Harbour Practice <no-reply@clinic.example>").is_ok());
    }

    #[test]
    fn an_address_does_not_print() {
        let address = Address::parse("ada@clinic.example").expect("an address");
        assert_eq!(format!("{address:?}"), "Address");
    }
}
