//! What the practice has set.

use access::{AccessError, Tx};
use audit::{Action, Event};
use shared::{Phi, UserId, practice::PracticeSettings};

use super::store;
use crate::{ResolveError, people};

/// The settings of the acting person's practice.
///
/// # Errors
/// The database or the keys fail.
pub async fn load_practice(tx: &mut Tx) -> Result<PracticeSettings, ResolveError> {
    let row = store::find(tx).await?.ok_or(ResolveError::NotSignedIn)?;
    tx.record(Event::of(Action::PracticeRead, row.id));
    Ok(store::view(tx, row)?)
}

/// What the practice has set for every new client.
#[derive(Debug)]
pub struct NewClientRules {
    /// Whose law holds for them.
    pub jurisdiction: String,
    /// Who comes into their care team, beside whoever adds them.
    pub care_team: Vec<UserId>,
}

/// What the practice of the transaction has set for new clients.
///
/// # Errors
/// The database or the keys fail.
pub async fn load_rules(tx: &Tx) -> Result<NewClientRules, ResolveError> {
    let row = store::find(tx).await?.ok_or(ResolveError::NotSignedIn)?;
    let care_team = if row.share_new_clients { people::list_treating(tx).await? } else { Vec::new() };
    Ok(NewClientRules { jurisdiction: row.jurisdiction, care_team })
}

/// Where the practice of the transaction works, e.g. `US-CA`.
///
/// # Errors
/// The database fails.
pub async fn find_jurisdiction(tx: &Tx) -> Result<String, AccessError> {
    Ok(store::find(tx).await?.map(|row| row.jurisdiction).unwrap_or_default())
}

/// After how many days something of a session is removed, counted from its note's signature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RetentionRules {
    /// Its sound, if it is.
    pub recording_days: Option<i32>,
    /// Its transcript, if it is.
    pub transcript_days: Option<i32>,
    /// Whether a few words are kept of what a signed note cites.
    pub transcript_quotations: bool,
}

/// What is removed of the sessions of the transaction's practice, and when.
///
/// # Errors
/// The database fails.
pub async fn find_retention_rules(tx: &Tx) -> Result<RetentionRules, AccessError> {
    let rules = store::find(tx).await?.map(|row| RetentionRules {
        recording_days: store::recordings(&row).in_force(tx.now()),
        transcript_days: store::transcripts(&row).in_force(tx.now()),
        transcript_quotations: row.transcript_quotations,
    });
    Ok(rules.unwrap_or_default())
}

/// The fewest characters of a password that does alone in this practice.
pub(crate) async fn password_min_length(tx: &Tx) -> Result<usize, AccessError> {
    let row = store::find(tx).await?;
    let length = row.and_then(|row| usize::try_from(row.password_min_length).ok());
    Ok(length.unwrap_or(crate::password_rules::SHORTEST_ALONE))
}

/// Who is told what concerns the whole practice: the owners and the privacy contact.
///
/// # Errors
/// The database fails, or an address does not open.
pub async fn addresses_of_the_responsible(tx: &Tx) -> Result<Vec<Phi<String>>, AccessError> {
    let mut addresses = people::store::addresses_of_owners(tx).await?;
    if let Some(practice) = store::find(tx).await? {
        addresses.extend(store::open_privacy_contact(tx, &practice)?);
    }
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

/// Who answers for the privacy of the practice: whoever is named, or the owners where nobody is.
///
/// # Errors
/// The database fails, or an address does not open.
pub async fn addresses_for_privacy(tx: &Tx) -> Result<Vec<Phi<String>>, AccessError> {
    match find_privacy_contact(tx).await? {
        Some(address) => Ok(vec![address]),
        None => people::store::addresses_of_owners(tx).await,
    }
}

/// Who is told what concerns the privacy of the practice; `None` where nobody is named.
///
/// # Errors
/// The database fails, or the address does not open.
pub async fn find_privacy_contact(tx: &Tx) -> Result<Option<Phi<String>>, AccessError> {
    store::find(tx).await?.map_or(Ok(None), |row| store::open_privacy_contact(tx, &row))
}
