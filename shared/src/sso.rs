//! Single sign-on: a practice's connections to whoever vouches for its people.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Phi, SsoConnectionId, permissions::Role};

words! {
    /// How a provider is spoken to.
    pub enum ConnectionKind {
        /// OpenID Connect, with the provider itself.
        OpenId => "oidc",
        /// WorkOS, which stands before the provider of an organisation.
        WorkOs => "workos",
    }
}

/// Who is in this group has this role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct GroupRole {
    /// What the provider calls the group.
    pub group: String,
    /// The role; never owner.
    pub role: Role,
}

/// What somebody decides about a connection: `POST /sso/connections` and `PUT /sso/connections/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SsoSettings {
    /// How the provider is spoken to; it stays what it was made as.
    pub kind: ConnectionKind,
    /// What it is called on the screen.
    pub name: String,
    /// OpenID Connect: the provider's issuer, exactly as it writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// OpenID Connect: what the provider calls this server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// OpenID Connect: the secret that goes with it. Left out in a change, the one before stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<Phi<String>>,
    /// The e-mail domains whose people come this way; at least one.
    pub domains: Vec<String>,
    /// The role of somebody new whom no group gives one; without, they are not let in.
    #[serde(default)]
    pub default_role: Option<Role>,
    /// OpenID Connect: the claim that holds a person's groups.
    #[serde(default)]
    pub groups_claim: Option<String>,
    /// Roles by group; the first that fits counts. Empty: roles are given here.
    #[serde(default)]
    pub role_mapping: Vec<GroupRole>,
    /// Whether nobody but an owner signs in by a password.
    #[serde(default)]
    pub sso_only: bool,
}

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SsoConnectionView {
    /// Its id.
    pub id: SsoConnectionId,
    /// How the provider is spoken to.
    pub kind: ConnectionKind,
    /// What it is called.
    pub name: String,
    /// Who vouches.
    pub issuer: String,
    /// What the provider calls this server.
    pub client_id: String,
    /// WorkOS: the organisation.
    pub organization_id: Option<String>,
    /// The e-mail domains whose people come this way.
    pub domains: Vec<String>,
    /// The role of somebody new whom no group gives one.
    pub default_role: Option<Role>,
    /// The claim that holds a person's groups.
    pub groups_claim: Option<String>,
    /// Roles by group.
    pub role_mapping: Vec<GroupRole>,
    /// Whether nobody but an owner signs in by a password.
    pub sso_only: bool,
    /// Whether an owner made the last change. Only then does it sign in owners.
    pub vouched_by_owner: bool,
    /// Whether anybody has come this way yet.
    pub used: bool,
    /// Where the provider sends people back to; to be entered there.
    pub callback: String,
    /// Where the practice's people begin.
    pub sign_in_address: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// What came of trying a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SsoCheck {
    /// Whether the provider can be used.
    pub usable: bool,
    /// What is in the way.
    pub problem: Option<String>,
}

/// `POST /auth/sso/begin`: one of both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BeginSso {
    /// One's e-mail: its domain says where to go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Phi<String>>,
    /// From the practice's own sign-in address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<SsoConnectionId>,
}

/// Where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SsoBegun {
    /// The provider's page; or, where there is none for this address, the sign-in page that says so.
    pub authorize_url: String,
}
