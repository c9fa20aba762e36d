//! What touches risk in the session of a note.

use shared::{
    NoteId, SegmentId,
    risk::{DismissRisk, RiskReview},
};

use super::{Call, Failure, SignedIn};

impl SignedIn {
    /// The lines about risk.
    pub async fn load_risk(self, id: NoteId) -> Result<RiskReview, Failure> {
        self.ask(Call::get(format!("/notes/{id}/risk"))).await
    }

    /// Dismisses the line that begins with a segment, or takes that back.
    pub async fn dismiss_risk(
        self,
        (id, segment): (NoteId, SegmentId),
        form: Option<DismissRisk>,
    ) -> Result<(), Failure> {
        let path = format!("/notes/{id}/risk/{segment}/dismissal");
        let call = match form {
            Some(form) => Call::new("PUT", path).json(&form),
            None => Call::new("DELETE", path),
        };
        self.send(call).await.map(drop)
    }
}
