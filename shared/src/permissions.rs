//! Who may do what: roles, permissions, and the one matrix that joins them.

words! {
    /// A person's part in a practice.
    pub enum Role {
        /// Answers for the practice; may do everything.
        Owner => "owner",
        /// Sees their clients and writes their notes.
        Clinician => "clinician",
        /// Sees who did what, but no chart.
        Auditor => "auditor",
    }
}

words! {
    /// One thing that a role may or may not do.
    pub enum Permission {
        /// See clients and their pages.
        ReadClients => "clients.read",
        /// Add and change clients.
        WriteClients => "clients.write",
        /// See consents.
        ReadConsents => "consents.read",
        /// Record and revoke consents.
        WriteConsents => "consents.write",
        /// See sessions.
        ReadEncounters => "encounters.read",
        /// Add and change sessions.
        WriteEncounters => "encounters.write",
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
        /// Sign notes.
        SignNotes => "notes.sign",
        /// See the state of jobs and retry them.
        ReadJobs => "jobs.read",
        /// See the practice's AI systems and the ledger of their calls.
        ReadGovernance => "governance.read",
        /// Switch AI systems on and off.
        WriteGovernance => "governance.write",
        /// Read the audit trail.
        ReadAudit => "audit.read",
    }
}

impl Role {
    /// Whether the matrix gives this role a permission.
    pub fn may(self, permission: Permission) -> bool {
        use Permission::{ReadAudit, ReadGovernance, WriteGovernance};
        match self {
            Self::Owner => true,
            Self::Clinician => !matches!(permission, WriteGovernance | ReadAudit),
            Self::Auditor => matches!(permission, ReadAudit | ReadGovernance),
        }
    }

    /// Everything the role may do.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.iter().copied().filter(|permission| self.may(*permission)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_auditor_sees_no_chart() {
        assert_eq!(Role::Auditor.permissions(), vec![Permission::ReadGovernance, Permission::ReadAudit]);
    }

    #[test]
    fn a_clinician_cannot_switch_ai_systems() {
        assert!(!Role::Clinician.may(Permission::WriteGovernance));
        assert!(Role::Clinician.may(Permission::SignNotes));
    }
}
