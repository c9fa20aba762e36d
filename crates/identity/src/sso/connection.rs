//! A connection as it is used, and finding the one that leads somewhere.

use access::{AccessError, Lookup, Tx};
use shared::{
    PracticeId, SsoConnectionId,
    permissions::Role,
    sso::{ConnectionKind, GroupRole},
};

use super::store;

/// Where a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// Which.
    pub connection_id: SsoConnectionId,
    /// Whose.
    pub practice_id: PracticeId,
}

/// A connection as it is used.
pub struct Connection {
    /// Which.
    pub id: SsoConnectionId,
    /// How the provider is spoken to.
    pub kind: ConnectionKind,
    /// Who vouches.
    pub issuer: String,
    /// What the provider calls this server.
    pub client_id: String,
    /// The secret that goes with it.
    pub client_secret: Option<String>,
    /// WorkOS: the organisation.
    pub organization_id: Option<String>,
    /// The claim that holds a person's groups.
    pub groups_claim: Option<String>,
    pub(super) domains: Vec<String>,
    pub(super) default_role: Option<Role>,
    pub(super) role_mapping: Vec<GroupRole>,
    pub(super) vouched_by_owner: bool,
}

/// Which part somebody should have here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The part; `None`: they should not be here.
    pub(super) role: Option<Role>,
    /// Whether it is also meant for who is here already.
    pub(super) moves: bool,
}

impl Connection {
    /// Which part somebody in these groups should have. Nobody is moved where no group gives a part, or
    /// where nothing is known of groups.
    pub(super) fn wanted(&self, groups: Option<&[String]>) -> Wanted {
        match groups {
            Some(groups) if !self.role_mapping.is_empty() => {
                let fits = self.role_mapping.iter().find(|it| groups.contains(&it.group));
                Wanted { role: fits.map(|it| it.role).or(self.default_role), moves: true }
            }
            Some(_) | None => Wanted { role: self.default_role, moves: false },
        }
    }

    /// Whether this connection speaks for an e-mail: one of its domains.
    pub(super) fn speaks_for(&self, email: &str) -> bool {
        domain_of(email).is_some_and(|domain| self.domains.contains(&domain))
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The domain of an e-mail, in lower case.
fn domain_of(email: &str) -> Option<String> {
    email.trim().rsplit_once('@').map(|(_, domain)| domain.to_lowercase())
}

/// The connection that an e-mail's domain leads to. Who the e-mail belongs to, or whether to anybody,
/// makes no difference.
///
/// # Errors
/// The database fails.
pub async fn find_by_domain(lookup: &Lookup, email: &str) -> Result<Option<Route>, AccessError> {
    let domain = domain_of(email).unwrap_or_default();
    store::find_domain(lookup, &domain).await
}

/// A connection by its id, whatever practice it is of.
///
/// # Errors
/// The database fails.
pub async fn find_connection(lookup: &Lookup, id: SsoConnectionId) -> Result<Option<Route>, AccessError> {
    store::find_route(lookup, id).await
}

/// The connection of an organisation of WorkOS.
///
/// # Errors
/// The database fails.
pub async fn find_by_organization(lookup: &Lookup, id: &str) -> Result<Option<Route>, AccessError> {
    store::find_organization(lookup, id).await
}

/// A connection of this practice, opened; `None` if it is gone.
///
/// # Errors
/// The database or the keys fail.
pub async fn load_connection(tx: &Tx, id: SsoConnectionId) -> Result<Option<Connection>, AccessError> {
    let Some(row) = store::find(tx, id).await? else { return Ok(None) };
    Ok(Some(store::opened(tx, row).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(mapping: &[(&str, Role)], default_role: Option<Role>) -> Connection {
        Connection {
            id: SsoConnectionId(uuid::Uuid::nil()),
            kind: ConnectionKind::OpenId,
            issuer: String::new(),
            client_id: String::new(),
            client_secret: None,
            organization_id: None,
            groups_claim: None,
            domains: vec!["clinic.example".to_owned()],
            default_role,
            role_mapping: mapping
                .iter()
                .map(|(group, role)| GroupRole { group: (*group).to_owned(), role: *role })
                .collect(),
            vouched_by_owner: false,
        }
    }

    fn wanted(connection: &Connection, groups: &[&str]) -> (Option<Role>, bool) {
        let groups: Vec<String> = groups.iter().map(|group| (*group).to_owned()).collect();
        let wanted = connection.wanted(Some(&groups));
        (wanted.role, wanted.moves)
    }

    #[test]
    fn the_first_group_that_fits_gives_the_part() {
        let mapped = [("Leads", Role::Supervisor), ("Staff", Role::Clinician)];
        let strict = connection(&mapped, None);
        assert_eq!(wanted(&strict, &["Staff", "Leads"]), (Some(Role::Supervisor), true));
        assert_eq!(wanted(&strict, &["staff"]), (None, true));
        assert_eq!(wanted(&connection(&mapped, Some(Role::Biller)), &[]), (Some(Role::Biller), true));
    }

    #[test]
    fn without_a_mapping_nobody_is_moved() {
        let open = connection(&[], Some(Role::Intern));
        assert_eq!(wanted(&open, &["Leads"]), (Some(Role::Intern), false));
        let mapped = connection(&[("Leads", Role::Supervisor)], None);
        assert_eq!(mapped.wanted(None), Wanted { role: None, moves: false });
    }

    #[test]
    fn a_connection_speaks_for_its_domains_and_for_nothing_like_them() {
        let it = connection(&[], None);
        assert!(it.speaks_for("Ada@Clinic.Example"));
        for other in [
            "ada@sub.clinic.example",
            "ada@clinic.example.evil.example",
            "clinic.example",
            "a@clinic.example@evil.example",
        ] {
            assert!(!it.speaks_for(other), "{other}");
        }
    }
}
