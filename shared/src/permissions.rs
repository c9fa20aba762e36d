//! Who may do what: roles, permissions, and the one matrix that joins them.

use std::fmt;

words! {
    /// A person's part in a practice.
    pub enum Role {
        /// Answers for the practice; may do everything.
        Owner => "owner",
        /// Runs the practice: people, settings, the calendar; no chart text.
        Administrator => "administrator",
        /// Sees their clients and writes their notes.
        Clinician => "clinician",
        /// A clinician who also answers for the work of others.
        Supervisor => "supervisor",
        /// In training: writes what a clinician writes; a supervisor signs it as well.
        Intern => "intern",
        /// Keeps contact data and the calendar; no chart.
        FrontDesk => "front_desk",
        /// Sees sessions' codes and times; no chart text.
        Biller => "biller",
        /// Sees who did what, but no chart.
        Auditor => "auditor",
        /// Answers for the AI systems, and sees nothing else.
        GovernanceOfficer => "governance_officer",
    }
}

words! {
    /// One thing that a role may or may not do.
    pub enum Permission {
        /// See clients and their pages.
        ReadClients => "clients.read",
        /// Add and change clients.
        WriteClients => "clients.write",
        /// See every client of the practice, and not only those one is in care of.
        AllClients => "clients.all",
        /// Say who is in care of a client.
        ShareClients => "clients.share",
        /// Open the chart of a client one does not see, in an emergency.
        BreakGlass => "clients.break_glass",
        /// See consents.
        ReadConsents => "consents.read",
        /// Record and revoke consents.
        WriteConsents => "consents.write",
        /// See when sessions were, with whom and how.
        ReadEncounters => "encounters.read",
        /// Add and change sessions.
        WriteEncounters => "encounters.write",
        /// See sessions' billing codes.
        ReadCodes => "codes.read",
        /// Hear recordings.
        ReadRecordings => "recordings.read",
        /// Record and upload.
        WriteRecordings => "recordings.write",
        /// Read transcripts.
        ReadTranscripts => "transcripts.read",
        /// Correct transcripts.
        WriteTranscripts => "transcripts.write",
        /// Read notes.
        ReadNotes => "notes.read",
        /// Draft and edit notes.
        WriteNotes => "notes.write",
        /// Sign notes and add to signed ones.
        SignNotes => "notes.sign",
        /// Sign notes without a second signature, and add to signed ones.
        SignNotesAlone => "notes.sign_alone",
        /// Answer for the notes of those one supervises, and see the clients they are in care of.
        CoSignNotes => "notes.co_sign",
        /// See the state of jobs and retry them.
        ReadJobs => "jobs.read",
        /// See the practice's AI systems and the ledger of their calls.
        ReadGovernance => "governance.read",
        /// Switch AI systems on and off.
        WriteGovernance => "governance.write",
        /// Ask the practice's own AI systems, by way of this server.
        AskAi => "ai.ask",
        /// Answer clients' requests for their records, and hand those over.
        ReleaseRecords => "records.release",
        /// Place and release legal holds, and have clients' charts deleted.
        ManageRetention => "retention.manage",
        /// Read the audit trail.
        ReadAudit => "audit.read",
        /// See the people of the practice and who is invited.
        ReadPeople => "users.read",
        /// Invite people, change their roles, end their access.
        WritePeople => "users.write",
        /// Change the practice's settings.
        WritePractice => "practice.write",
        /// Make and end the keys of other programs.
        WriteApiKeys => "api_keys.write",
        /// Take everything of the practice away, as an archive.
        ExportPractice => "practice.export",
        /// Have the practice deleted, with everything in it.
        DeletePractice => "practice.delete",
    }
}

/// In the matrix: may.
const X: bool = true;
/// In the matrix: may not.
const __: bool = false;

/// The matrix: a row for each permission, a column for each role (owner, administrator, clinician,
/// supervisor, intern, front desk, biller, auditor, governance officer), both in the order of their lists.
#[rustfmt::skip]
const MATRIX: [(Permission, [bool; Role::ALL.len()]); Permission::ALL.len()] = {
    use Permission::{
        AllClients, AskAi, BreakGlass, CoSignNotes, DeletePractice, ExportPractice, ManageRetention, ReadAudit, ReadClients, ReadCodes, ReadConsents, ReadEncounters, ReadGovernance, ReadJobs, ReadNotes,
        ReadPeople, ReadRecordings, ReadTranscripts, ReleaseRecords, ShareClients, SignNotes, SignNotesAlone, WriteApiKeys, WriteClients, WriteConsents, WriteEncounters,
        WriteGovernance, WriteNotes, WritePeople, WritePractice, WriteRecordings, WriteTranscripts,
    };
    [
        //                  Own Adm  Cli Sup Int  Fro Bil  Aud Gov
        (ReadClients,      [ X,  X,   X,  X,  X,   X,  X,  __, __]),
        (WriteClients,     [ X,  X,   X,  X,  X,   X, __,  __, __]),
        (AllClients,       [ X,  X,  __, __, __,   X,  X,  __, __]),
        (ShareClients,     [ X,  X,   X,  X, __,   X, __,  __, __]),
        (BreakGlass,       [ X, __,   X,  X, __,  __, __,  __, __]),
        (ReadConsents,     [ X,  X,   X,  X,  X,  __, __,  __, __]),
        (WriteConsents,    [ X, __,   X,  X,  X,  __, __,  __, __]),
        (ReadEncounters,   [ X,  X,   X,  X,  X,   X,  X,  __, __]),
        (WriteEncounters,  [ X,  X,   X,  X,  X,   X, __,  __, __]),
        (ReadCodes,        [ X,  X,   X,  X,  X,  __,  X,  __, __]),
        (ReadRecordings,   [ X, __,   X,  X,  X,  __, __,  __, __]),
        (WriteRecordings,  [ X, __,   X,  X,  X,  __, __,  __, __]),
        (ReadTranscripts,  [ X, __,   X,  X,  X,  __, __,  __, __]),
        (WriteTranscripts, [ X, __,   X,  X,  X,  __, __,  __, __]),
        (ReadNotes,        [ X, __,   X,  X,  X,  __, __,  __, __]),
        (WriteNotes,       [ X, __,   X,  X,  X,  __, __,  __, __]),
        (SignNotes,        [ X, __,   X,  X,  X,  __, __,  __, __]),
        (SignNotesAlone,   [ X, __,   X,  X, __,  __, __,  __, __]),
        (CoSignNotes,      [ X, __,  __,  X, __,  __, __,  __, __]),
        (ReadJobs,         [ X, __,   X,  X,  X,  __, __,  __, __]),
        (ReadGovernance,   [ X,  X,   X,  X,  X,  __, __,   X,  X]),
        (WriteGovernance,  [ X, __,  __, __, __,  __, __,  __,  X]),
        (AskAi,            [ X,  X,   X,  X,  X,  __, __,  __, __]),
        (ReleaseRecords,   [ X,  X,   X,  X, __,  __, __,  __, __]),
        (ManageRetention,  [ X,  X,  __, __, __,  __, __,  __, __]),
        (ReadAudit,        [ X,  X,  __, __, __,  __, __,   X, __]),
        (ReadPeople,       [ X,  X,  __, __, __,  __, __,   X, __]),
        (WritePeople,      [ X,  X,  __, __, __,  __, __,  __, __]),
        (WritePractice,    [ X,  X,  __, __, __,  __, __,  __, __]),
        (WriteApiKeys,     [ X,  X,  __, __, __,  __, __,  __, __]),
        (ExportPractice,   [ X, __,  __, __, __,  __, __,  __, __]),
        (DeletePractice,   [ X, __,  __, __, __,  __, __,  __, __]),
    ]
};

/// A set of permissions.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);

    /// Whether this one is among them.
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// Whether all of them are among `others`.
    pub fn are_within(self, others: Self) -> bool {
        self.0 & !others.0 == 0
    }

    /// Each of them, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }

    /// What a key may be given: nothing that a person answers for themselves.
    pub fn of_keys() -> Self {
        use Permission::{
            BreakGlass, CoSignNotes, DeletePractice, ExportPractice, ManageRetention, ReleaseRecords,
            SignNotes, SignNotesAlone, WriteApiKeys, WriteGovernance, WritePeople, WritePractice,
        };
        let own = [
            BreakGlass,
            CoSignNotes,
            DeletePractice,
            ExportPractice,
            ManageRetention,
            ReleaseRecords,
            SignNotes,
            SignNotesAlone,
            WriteApiKeys,
            WriteGovernance,
            WritePeople,
            WritePractice,
        ];
        Permission::ALL.iter().copied().filter(|permission| !own.contains(permission)).collect()
    }

    /// Whether nobody may use them without a second factor: who decides about people, the practice, keys,
    /// AI systems or what stays, or reads who did what, opens more than their own work.
    pub fn demand_second_factor(self) -> bool {
        use Permission::{
            DeletePractice, ExportPractice, ManageRetention, ReadAudit, WriteApiKeys, WriteGovernance,
            WritePeople, WritePractice,
        };
        [
            WritePeople,
            WritePractice,
            WriteGovernance,
            WriteApiKeys,
            ExportPractice,
            DeletePractice,
            ManageRetention,
            ReadAudit,
        ]
        .iter()
        .any(|permission| self.contains(*permission))
    }
}

impl Permissions {
    /// Their words, with commas between them.
    pub fn to_words(self) -> String {
        self.iter().map(Permission::as_str).collect::<Vec<_>>().join(",")
    }

    /// Those that these words name. A word that no permission has any more names none.
    pub fn from_words(words: &str) -> Self {
        words.split(',').filter_map(Permission::from_word).collect()
    }
}

/// What somebody is, and what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Powers {
    /// Their role, or the one that theirs is based on.
    pub role: Role,
    /// What they may do.
    pub permissions: Permissions,
}

impl Powers {
    /// Whether somebody with these powers may give others to somebody, or change one who has them: only an
    /// owner makes and changes owners; of the built-in roles an administrator gives the rest; and nobody
    /// else gives what they do not have themselves.
    pub fn may_give(self, other: Self) -> bool {
        if !self.permissions.contains(Permission::WritePeople) {
            return false;
        }
        let may_give_built_in = self.role == Role::Administrator && self.is_built_in() && other.is_built_in();
        self.role == Role::Owner
            || (other.role != Role::Owner
                && (may_give_built_in || other.permissions.are_within(self.permissions)))
    }

    fn is_built_in(self) -> bool {
        self.permissions == self.role.permissions()
    }
}

impl From<Role> for Powers {
    fn from(role: Role) -> Self {
        Self { role, permissions: role.permissions() }
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |set, permission| set | 1 << permission as u32))
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl Role {
    /// Whether the matrix gives this role a permission.
    pub fn may(self, permission: Permission) -> bool {
        MATRIX[permission as usize].1[self as usize]
    }

    /// Everything the role may do.
    pub fn permissions(self) -> Permissions {
        Permission::ALL.iter().copied().filter(|permission| self.may(*permission)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What makes a chart: what was said, heard, written and agreed to.
    const CHART: [Permission; 11] = [
        Permission::ReadConsents,
        Permission::WriteConsents,
        Permission::ReadRecordings,
        Permission::WriteRecordings,
        Permission::ReadTranscripts,
        Permission::WriteTranscripts,
        Permission::ReadNotes,
        Permission::WriteNotes,
        Permission::SignNotes,
        Permission::SignNotesAlone,
        Permission::CoSignNotes,
    ];

    #[test]
    fn every_permission_has_its_row_in_order() {
        let rows: Vec<_> = MATRIX.iter().map(|(permission, _)| *permission).collect();
        assert_eq!(rows, Permission::ALL);
    }

    #[test]
    fn the_owner_may_do_everything() {
        assert_eq!(Role::Owner.permissions(), set(Permission::ALL));
    }

    #[test]
    fn who_does_not_treat_clients_sees_no_chart() {
        for role in [Role::FrontDesk, Role::Biller, Role::Auditor, Role::GovernanceOfficer] {
            for permission in CHART {
                assert!(!role.may(permission), "{role:?} {permission:?}");
            }
        }
    }

    #[test]
    fn an_administrator_sees_no_chart_text() {
        let texts = [Permission::ReadRecordings, Permission::ReadTranscripts, Permission::ReadNotes];
        assert!(texts.iter().all(|text| !Role::Administrator.may(*text)));
    }

    #[test]
    fn a_biller_sees_codes_and_times_and_the_front_desk_only_times() {
        use Permission::{
            AllClients, ReadClients, ReadCodes, ReadEncounters, ShareClients, WriteClients, WriteEncounters,
        };
        let biller = [ReadClients, AllClients, ReadEncounters, ReadCodes];
        assert_eq!(Role::Biller.permissions(), set(&biller));
        let kept = [ReadClients, WriteClients, AllClients, ShareClients, ReadEncounters, WriteEncounters];
        assert_eq!(Role::FrontDesk.permissions(), set(&kept));
    }

    #[test]
    fn an_intern_is_a_clinician_who_neither_signs_alone_nor_shares_nor_hands_records_over() {
        use Permission::{BreakGlass, ReleaseRecords, ShareClients, SignNotesAlone};
        let kept = |it: &Permission| ![SignNotesAlone, ShareClients, BreakGlass, ReleaseRecords].contains(it);
        let expected = Role::Clinician.permissions().iter().filter(kept).collect();
        assert_eq!(Role::Intern.permissions(), expected);
    }

    #[test]
    fn an_auditor_sees_who_did_what_and_a_governance_officer_the_ai_systems() {
        use Permission::{ReadAudit, ReadGovernance, ReadPeople, WriteGovernance};
        assert_eq!(Role::Auditor.permissions(), set(&[ReadGovernance, ReadAudit, ReadPeople]));
        assert_eq!(Role::GovernanceOfficer.permissions(), set(&[ReadGovernance, WriteGovernance]));
    }

    #[test]
    fn the_powerful_need_a_second_factor() {
        use Role::{Administrator, Auditor, GovernanceOfficer, Owner};
        let powerful = |role: &Role| role.permissions().demand_second_factor();
        let found: Vec<_> = Role::ALL.iter().copied().filter(powerful).collect();
        assert_eq!(found, [Owner, Administrator, Auditor, GovernanceOfficer]);
    }

    #[test]
    fn a_set_has_room_for_every_permission() {
        assert!(Permission::ALL.len() <= 64);
        let all = set(Permission::ALL);
        assert!(all.iter().eq(Permission::ALL.iter().copied()));
        assert!(Permissions::NONE.are_within(all) && !all.are_within(Permissions::NONE));
    }

    #[test]
    fn words_name_the_same_permissions_again() {
        let some = set(&[Permission::ReadClients, Permission::WritePeople]);
        assert_eq!(some.to_words(), "clients.read,users.write");
        assert_eq!(Permissions::from_words(&some.to_words()), some);
        assert_eq!(Permissions::from_words("clients.read,was.once,users.write"), some);
        assert_eq!(Permissions::from_words(&Permissions::NONE.to_words()), Permissions::NONE);
    }

    #[test]
    fn only_owners_give_more_than_they_have() {
        use Permission::{ReadClients, ReadNotes, WritePeople};
        let own = |role, permissions: &[Permission]| Powers { role, permissions: set(permissions) };
        let [owner, administrator, clinician]: [Powers; 3] =
            [Role::Owner, Role::Administrator, Role::Clinician].map(Powers::from);
        let (reader, caller) = (own(Role::Clinician, &[ReadNotes]), own(Role::FrontDesk, &[ReadClients]));
        let personnel = own(Role::FrontDesk, &[ReadClients, WritePeople]);
        for other in [owner, administrator, clinician, reader, caller, personnel] {
            assert!(owner.may_give(other), "{other:?}");
            assert!(!clinician.may_give(other) && !reader.may_give(other), "{other:?}");
        }
        for (by, other, may) in [
            (administrator, owner, false),
            (administrator, administrator, true),
            (administrator, clinician, true),
            (administrator, reader, false),
            (administrator, caller, true),
            (personnel, personnel, true),
            (personnel, caller, true),
            (personnel, clinician, false),
            (personnel, administrator, false),
            (personnel, own(Role::Owner, &[]), false),
        ] {
            assert_eq!(by.may_give(other), may, "{by:?} {other:?}");
        }
    }

    fn set(permissions: &[Permission]) -> Permissions {
        permissions.iter().copied().collect()
    }
}
