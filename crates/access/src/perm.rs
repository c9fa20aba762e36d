//! One type per permission, so that a function can ask for a particular one.

use shared::permissions::Permission;

/// A type that stands for one permission.
pub trait Permitted: Send + Sync + 'static {
    /// Which.
    const PERMISSION: Permission;
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
    ReadClients, WriteClients, ReadConsents, WriteConsents, ReadEncounters, WriteEncounters,
    ReadRecordings, WriteRecordings, ReadTranscripts, WriteTranscripts, ReadNotes, WriteNotes, SignNotes,
    ReadJobs, ReadGovernance, WriteGovernance, ReadAudit,
}

#[test]
fn every_permission_has_a_type() {
    assert_eq!(ALL, Permission::ALL);
}
