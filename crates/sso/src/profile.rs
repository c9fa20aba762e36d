//! What a provider says of a person, in an id token or at its userinfo endpoint.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Ways of signing in that hold a second factor (`amr`, RFC 8176 §2).
const AMR: [&str; 1] = ["mfa"];
/// Grades of signing in that hold a second factor: REFEDS MFA, PAPE multi-factor, and OpenID's Enhanced
/// Authentication Profile (phishing-resistant, and so in hardware).
const ACR: [&str; 4] = [
    "https://refeds.org/profile/mfa",
    "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
    "phr",
    "phrh",
];
/// The most groups that are looked at.
const MOST_GROUPS: usize = 1000;

/// Claims about a person.
#[derive(Default, Clone, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) azp: Option<String>,
    email: Option<String>,
    name: Option<String>,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

impl Profile {
    /// The e-mail, if it is said to be verified: `email_verified`, or `xms_edov`, by which Microsoft
    /// says that the organisation owns the e-mail's domain. Some providers write `"true"`.
    pub(crate) fn verified_email(&self) -> Option<&str> {
        let says = |claim: &str| match self.rest.get(claim) {
            Some(Value::Bool(said)) => *said,
            Some(Value::String(said)) => said == "true" || (claim == "xms_edov" && said == "1"),
            Some(Value::Number(said)) => claim == "xms_edov" && said.as_u64() == Some(1),
            _ => false,
        };
        self.email.as_deref().filter(|_| says("email_verified") || says("xms_edov"))
    }

    pub(crate) fn has_email(&self) -> bool {
        self.email.is_some()
    }

    /// What they are called.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// The words of a claim: a list of them, or one.
    pub(crate) fn groups(&self, claim: &str) -> Option<Vec<String>> {
        match self.rest.get(claim)? {
            Value::Array(all) => {
                Some(all.iter().filter_map(Value::as_str).take(MOST_GROUPS).map(str::to_owned).collect())
            }
            Value::String(one) => Some(vec![one.clone()]),
            _ => None,
        }
    }

    /// Whether they are said to have shown a second factor.
    pub(crate) fn second_factor(&self) -> bool {
        let words = |claim: &str| self.groups(claim).unwrap_or_default();
        words("amr").iter().any(|it| AMR.contains(&it.as_str()))
            || words("acr").iter().any(|it| ACR.contains(&it.as_str()))
    }

    pub(crate) fn subject(&self) -> Option<&str> {
        self.rest.get("sub").and_then(Value::as_str)
    }

    /// What is said here, and where nothing is said, there. How somebody signed in is said in the id
    /// token alone.
    pub(crate) fn or(mut self, other: Self) -> Self {
        if self.email.is_none() {
            // The claim about an e-mail belongs to the e-mail that it came with.
            self.email = other.email;
            for claim in ["email_verified", "xms_edov"] {
                self.rest.remove(claim);
                if let Some(said) = other.rest.get(claim) {
                    self.rest.insert(claim.to_owned(), said.clone());
                }
            }
        }
        self.name = self.name.or(other.name);
        for (claim, said) in other.rest {
            if !["amr", "acr", "email_verified", "xms_edov"].contains(&claim.as_str()) {
                self.rest.entry(claim).or_insert(said);
            }
        }
        self
    }
}

impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Profile")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn profile(claims: Value) -> Profile {
        serde_json::from_value(claims).expect("a profile")
    }

    #[test]
    fn only_an_e_mail_that_is_said_to_be_verified_counts() {
        let of = |claims: Value| profile(claims).verified_email().map(str::to_owned);
        let email = "ada@clinic.example";
        assert_eq!(of(json!({ "email": email })), None);
        assert_eq!(of(json!({ "email": email, "email_verified": false })), None);
        assert_eq!(of(json!({ "email": email, "email_verified": "false" })), None);
        assert_eq!(of(json!({ "email": email, "email_verified": 1 })), None);
        for said in [
            json!({ "email_verified": true }),
            json!({ "email_verified": "true" }),
            json!({ "xms_edov": true }),
        ] {
            let mut claims = said;
            claims["email"] = json!(email);
            assert_eq!(of(claims).as_deref(), Some(email));
        }
    }

    #[test]
    fn a_claim_about_an_e_mail_belongs_to_the_e_mail_it_came_with() {
        let token = profile(json!({ "email_verified": true, "amr": ["pwd"] }));
        let info = profile(json!({ "email": "ada@clinic.example", "amr": ["mfa"], "groups": ["a"] }));
        let both = token.or(info);
        assert_eq!(both.verified_email(), None);
        assert!(!both.second_factor());
        assert_eq!(both.groups("groups"), Some(vec!["a".to_owned()]));
    }

    #[test]
    fn a_second_factor_is_one_that_the_provider_names() {
        let of = |claims: Value| profile(claims).second_factor();
        assert!(of(json!({ "amr": ["pwd", "mfa"] })));
        assert!(of(json!({ "acr": "https://refeds.org/profile/mfa" })));
        for not in [
            json!({}),
            json!({ "amr": ["pwd"] }),
            json!({ "amr": ["otp"] }),
            json!({ "acr": "1" }),
            json!({ "amr": "mfa2" }),
        ] {
            assert!(!of(not));
        }
    }
}
