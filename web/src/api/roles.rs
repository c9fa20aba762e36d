//! The roles that the practice has made, as far as they are shown.

use shared::{
    RoleId,
    permissions::{Permissions, Powers, Role},
};
use wasm_bindgen::JsValue;

use super::{
    Call, Failure, SignedIn,
    account::{flag, list, read, text},
};

/// `shared::roles::RoleView`.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnRole {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it is, and what it may do.
    pub powers: Powers,
    /// Whether somebody has it.
    pub in_use: bool,
}

impl OwnRole {
    /// Whether this is the one.
    pub fn is(&self, id: RoleId) -> bool {
        self.id == id.to_string()
    }
}

impl SignedIn {
    /// The roles that the practice has made.
    pub async fn list_roles(self) -> Result<Vec<OwnRole>, Failure> {
        let answer = read(&self.text(Call::get("/roles?limit=200")).await?);
        let role = |it: JsValue| OwnRole {
            id: text(&it, "id"),
            name: text(&it, "name"),
            powers: Powers {
                role: Role::from_word(&text(&it, "base")).unwrap_or(Role::Clinician),
                permissions: Permissions::from_words(&String::from(list(&it, "permissions").join(","))),
            },
            in_use: flag(&it, "in_use"),
        };
        Ok(list(&answer, "items").iter().map(role).collect())
    }
}
