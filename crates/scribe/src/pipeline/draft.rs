//! A first note, every sentence of it with its evidence.

use clinical::{
    encounters::names_in,
    notes::{CreateFromDraftError, DraftSection, DraftSentence, DraftedNote, create_from_draft},
    transcripts::{self, turns},
};
use governance::{CallContext, Draft, Said};
use shared::{AiCallId, EncounterId, NoteId, SegmentId, errors::ErrorCode, templates::NoteFormat};

use super::{StageError, caller::Caller};
use crate::jobs;

/// Drafts a note and ends the job, in one transaction.
pub(super) async fn draft(caller: &Caller<'_>) -> Result<NoteId, StageError> {
    let Caller { scribe, actor, job } = *caller;
    let forbidden = |_lacking| StageError::Refused(ErrorCode::Forbidden);
    let mut tx = scribe.database.begin(actor.clone()).await?;
    let said = turns(&mut tx, actor.require().map_err(forbidden)?, job.view.encounter_id).await;
    let names = names_in(&tx, job.view.encounter_id).await;
    // That the text was read for drafting is kept even if drafting fails.
    if said.is_ok() {
        tx.commit().await?;
    } else {
        tx.end().await?;
    }
    let said = said.map_err(|error| match error {
        transcripts::LoadError::NotFound => StageError::Refused(ErrorCode::NoTranscript),
        transcripts::LoadError::Access(error) => error.into(),
    })?;
    let said = said.into_iter().map(|turn| Said {
        segment_id: turn.segment_id,
        role: turn.role,
        label: turn.label,
        start_ms: turn.start_ms,
        end_ms: turn.end_ms,
        text: turn.text,
    });
    let call = caller.context().await?;
    let answer = scribe.gateway.draft(&call, job.template, said.collect(), names?).await?;
    let id = answer.call_id();
    let mut tx = scribe.database.begin(actor.clone()).await?;
    let kept = async {
        let drafted = note(&call, job.view.encounter_id, job.template, id, answer.keep(&mut tx).await?);
        let granted = actor.require().map_err(forbidden)?;
        let note_id = create_from_draft(&mut tx, granted, drafted).await.map_err(|error| match error {
            CreateFromDraftError::NotFound => StageError::Refused(ErrorCode::NotFound),
            CreateFromDraftError::UnknownSection
            | CreateFromDraftError::NoEvidence
            | CreateFromDraftError::UnknownEvidence => StageError::Refused(ErrorCode::EngineFailed),
            CreateFromDraftError::Access(error) => error.into(),
        })?;
        // A job that was cancelled meanwhile leaves no note.
        if !jobs::store::succeed(&mut tx, job.view.id, Some(note_id)).await? {
            return Err(StageError::Cancelled);
        }
        Ok(note_id)
    }
    .await;
    match kept {
        Ok(note_id) => {
            tx.commit().await?;
            Ok(note_id)
        }
        Err(refused) => {
            tx.end().await?;
            Err(refused)
        }
    }
}

fn note(
    call: &CallContext,
    encounter_id: EncounterId,
    template: NoteFormat,
    id: AiCallId,
    draft: Draft,
) -> DraftedNote {
    DraftedNote {
        encounter_id,
        template,
        ai_call_id: id,
        label: draft.label,
        author_id: call.on_behalf_of,
        sections: draft
            .sections
            .into_iter()
            .map(|section| DraftSection {
                key: section.key,
                sentences: section
                    .sentences
                    .into_iter()
                    .map(|sentence| DraftSentence {
                        evidence: sentence.evidence.iter().map(SegmentId).collect(),
                        text: sentence.text.into(),
                    })
                    .collect(),
            })
            .collect(),
    }
}
