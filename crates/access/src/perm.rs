//! One type per permission, so that a function can ask for a particular one.

use shared::permissions::Permission;

use crate::{Actor, Forbidden, Granted};

/// A type that stands for one permission.
pub trait Permitted: Send + Sync + 'static {
    /// Which.
    const PERMISSION: Permission;
}

/// What a handler can ask for: one permission, or two at once.
pub trait Demand: 'static {
    /// The proof it is handed.
    type Proof;

    /// Proves that the actor has it.
    ///
    /// # Errors
    /// [`Forbidden`] names the first permission that is missing.
    fn prove(actor: &Actor) -> Result<Self::Proof, Forbidden>;
}

impl<P: Permitted> Demand for P {
    type Proof = Granted<P>;

    fn prove(actor: &Actor) -> Result<Self::Proof, Forbidden> {
        actor.require()
    }
}

impl<P: Permitted, Q: Permitted> Demand for (P, Q) {
    type Proof = (Granted<P>, Granted<Q>);

    fn prove(actor: &Actor) -> Result<Self::Proof, Forbidden> {
        Ok((actor.require()?, actor.require()?))
    }
}

macro_rules! permissions {
    ($($name:ident),+ $(,)?) => {
        $(
            #[doc = concat!("Stands for [`Permission::", stringify!($name), "`].")]
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Permitted for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )+

        #[cfg(test)]
        const ALL: &[Permission] = &[$($name::PERMISSION),+];
    };
}

permissions! {
    ReadClients, WriteClients, AllClients, ShareClients, BreakGlass, ReadConsents, WriteConsents, ReadEncounters, WriteEncounters, ReadCodes,
    ReadRecordings, WriteRecordings, ReadTranscripts, WriteTranscripts, ReadNotes, WriteNotes, SignNotes, SignNotesAlone, CoSignNotes,
    ReadJobs, ReadGovernance, WriteGovernance, AskAi, ReleaseRecords, ManageRetention, ReadAudit, ReadPeople, WritePeople, WritePractice, WriteApiKeys, ExportPractice, DeletePractice,
}

#[test]
fn every_permission_has_a_type() {
    assert_eq!(ALL, Permission::ALL);
}
