//! How much of a session its reader sees: the minimum necessary (45 CFR 164.502(b)).

use access::{Actor, perm};
use shared::encounters::EncounterView;

/// The session without what the actor's role does not need: codes belong to treatment and billing,
/// the names of others in the room to who plans the session.
pub fn seen_by(actor: &Actor, mut encounter: EncounterView) -> EncounterView {
    if actor.require::<perm::ReadCodes>().is_err() {
        encounter.cpt_code = None;
    }
    if actor.require::<perm::WriteEncounters>().is_err() {
        encounter.participants.clear();
    }
    encounter
}
