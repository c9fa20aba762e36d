//! Roles that a practice makes for itself, beside the nine that are built in.

use serde::{Deserialize, Serialize};

use crate::{
    Phi, RoleId,
    permissions::{Permission, Role},
};

/// `POST /roles`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRole {
    /// What it is called.
    pub name: Phi<String>,
    /// The built-in role whose kind of person it is for; not `owner`. It stays.
    pub base: Role,
    /// What it may do.
    pub permissions: Vec<Permission>,
}

/// `PATCH /roles/{id}`: what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditRole {
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Phi<String>>,
    /// What it may do, from the next request of everybody who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Vec<Permission>>,
}

/// A role that the practice has made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleView {
    /// Its id.
    pub id: RoleId,
    /// What it is called.
    pub name: Phi<String>,
    /// The built-in role whose kind of person it is for.
    pub base: Role,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// Whether somebody has it, or is invited as it; then it cannot be removed.
    pub in_use: bool,
}

/// A role of the practice's own, where somebody has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnRole {
    /// Which.
    pub id: RoleId,
    /// What it is called.
    pub name: Phi<String>,
}
