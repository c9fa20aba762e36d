//! Who has come.

use shared::Phi;

/// Who has come, in the words of whoever vouches for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// Who vouches: names of `subject` are unique within it.
    pub issuer: String,
    /// Their name there, which never becomes another person's.
    pub subject: Phi<String>,
    /// Their e-mail, if the issuer says that it has been verified to be theirs.
    pub verified_email: Option<Phi<String>>,
    /// What they are called.
    pub name: Option<Phi<String>>,
    /// The groups they are in; `None` where nothing was asked or told about groups.
    pub groups: Option<Vec<String>>,
    /// Whether the issuer says that they showed a second factor.
    pub second_factor: bool,
}
