//! Why nobody has arrived. Every text is the software's own: none holds a word of a provider's or a
//! person's, so that it may be logged.

use outbound::OutboundError;

/// Why nobody has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SsoError {
    /// The provider did not answer, or may not be reached from here.
    #[error("the provider: {0}")]
    Provider(#[from] OutboundError),
    /// What the provider says of itself is not usable.
    #[error("the provider's description: {0}")]
    Discovery(&'static str),
    /// The answer came from another provider than was asked (RFC 9207).
    #[error("the answer comes from another provider")]
    MixedUp,
    /// The provider gave nothing for the code.
    #[error("the provider does not take the code")]
    CodeRefused,
    /// The id token proves nothing.
    #[error("the id token: {0}")]
    Token(&'static str),
    /// What the provider says of the person does not fit who signed in.
    #[error("the provider's answer: {0}")]
    Answer(&'static str),
}
