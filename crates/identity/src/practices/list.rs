//! Where somebody works.

use access::{AccessError, Lookup, Person, Reading as _};
use shared::{PracticeId, UserId, practices::OwnPractice};

use super::store;
use crate::practice::store::open_name_with;

/// The practices that a person works in, the first joined first.
///
/// # Errors
/// The database or the keys fail.
pub async fn list_own_practices(
    lookup: &Lookup,
    person: Person,
    current: PracticeId,
) -> Result<Vec<OwnPractice>, AccessError> {
    let mut practices = Vec::new();
    for (place, practice) in store::list(lookup, person.user_id).await? {
        let key = lookup.database().key_of(practice.id).await?;
        practices.push(OwnPractice {
            id: practice.id,
            name: open_name_with(&key, &practice)?,
            role: place.role,
            is_current: practice.id == current,
        });
    }
    Ok(practices)
}

/// Whether a person works in this practice.
///
/// # Errors
/// The database fails.
pub async fn is_own_practice(
    lookup: &Lookup,
    user_id: UserId,
    practice_id: PracticeId,
) -> Result<bool, AccessError> {
    Ok(store::list(lookup, user_id).await?.iter().any(|(place, _)| place.practice_id == practice_id))
}
