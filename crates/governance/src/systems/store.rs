//! The register in the database.

use access::{AccessError, SealedColumn, Tx};
use entities::{
    ai_systems::{ActiveModel, Column, Entity, Model},
    encounters,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use shared::{
    AiSystemId, EncounterId, Phi,
    governance::{AiPurpose, AiSystemView, ChooseForSession, OwnSystem},
};

use super::Description;

const SERVICE_KEY: SealedColumn = SealedColumn { table: "ai_systems", column: "service_key" };

pub async fn find(tx: &Tx, id: AiSystemId) -> Result<Option<AiSystemView>, AccessError> {
    Ok(tx.one(tx.find::<Entity>().filter(Column::Id.eq(id))).await?.map(view))
}

pub async fn find_by_key(tx: &Tx, key: &str) -> Result<Option<AiSystemView>, AccessError> {
    Ok(tx.one(tx.find::<Entity>().filter(Column::Key.eq(key))).await?.map(view))
}

/// A system of the practice's own, with what it is shown.
pub async fn find_own(
    tx: &Tx,
    key: &str,
) -> Result<Option<(AiSystemView, Option<Phi<String>>)>, AccessError> {
    let select = tx.find::<Entity>().filter(Column::Key.eq(key)).filter(Column::Address.is_not_null());
    let Some(row) = tx.one(select).await? else { return Ok(None) };
    let service_key =
        row.service_key.as_ref().map(|sealed| tx.open(SERVICE_KEY, row.id, sealed)).transpose()?;
    Ok(Some((view(row), service_key.map(Phi::new))))
}

/// The one that was chosen for a purpose: for the session, or else by the practice.
pub async fn find_chosen(
    tx: &Tx,
    purpose: AiPurpose,
    encounter: Option<EncounterId>,
) -> Result<Option<AiSystemView>, AccessError> {
    let mut chosen = Condition::any().add(Column::Chosen.eq(true));
    if let Some((column, encounter)) = pick_of(purpose).zip(encounter) {
        let pick = tx.find::<encounters::Entity>().filter(encounters::Column::Id.eq(encounter));
        let pick = pick.filter(column.is_not_null()).select_only().column(column).into_query();
        chosen = chosen.add(Column::Id.in_subquery(pick));
    }
    let either = tx.find::<Entity>().filter(Column::Purpose.eq(purpose)).filter(chosen);
    // Where both are there, the one that the practice has not chosen is the session's.
    Ok(tx.all(either.order_by_asc(Column::Chosen)).await?.into_iter().next().map(view))
}

/// Where a session keeps what was chosen for it.
fn pick_of(purpose: AiPurpose) -> Option<encounters::Column> {
    match purpose {
        AiPurpose::Transcription => Some(encounters::Column::TranscriptionSystemId),
        AiPurpose::Drafting => Some(encounters::Column::DraftingSystemId),
        AiPurpose::Speakers | AiPurpose::Other => None,
    }
}

/// What was chosen for one session.
pub struct Picks {
    transcription: Option<AiSystemId>,
    drafting: Option<AiSystemId>,
}

impl Picks {
    pub fn of(&self, purpose: AiPurpose) -> Option<AiSystemId> {
        match purpose {
            AiPurpose::Transcription => self.transcription,
            AiPurpose::Drafting => self.drafting,
            AiPurpose::Speakers | AiPurpose::Other => None,
        }
    }
}

/// `None`: the practice has no such session.
pub async fn find_picks(tx: &Tx, id: EncounterId) -> Result<Option<Picks>, AccessError> {
    let row = tx.one(tx.find::<encounters::Entity>().filter(encounters::Column::Id.eq(id))).await?;
    Ok(row.map(|row| Picks { transcription: row.transcription_system_id, drafting: row.drafting_system_id }))
}

/// Chooses for a session; `None` leaves it to the practice.
pub async fn pick(tx: &mut Tx, id: EncounterId, choice: &ChooseForSession) -> Result<(), AccessError> {
    let mut row = encounters::ActiveModel { updated_at: Set(tx.now()), ..Default::default() };
    match choice.purpose {
        AiPurpose::Transcription => row.transcription_system_id = Set(choice.system_id),
        AiPurpose::Drafting => row.drafting_system_id = Set(choice.system_id),
        AiPurpose::Speakers | AiPurpose::Other => return Ok(()),
    }
    let update = tx.update::<encounters::Entity>().filter(encounters::Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// All of them: a practice has as many as the software knows, and a few of its own.
pub async fn list(tx: &Tx) -> Result<Vec<AiSystemView>, AccessError> {
    let rows = tx.all(tx.find::<Entity>().order_by_asc(Column::Id)).await?;
    Ok(rows.into_iter().map(view).collect())
}

pub async fn insert(
    tx: &mut Tx,
    system: &AiSystemView,
    service_key: Option<&Phi<String>>,
) -> Result<(), AccessError> {
    let own = system.own.as_ref();
    let sum = |sum: Option<u64>| Set(sum.and_then(|sum| i64::try_from(sum).ok()));
    let row = ActiveModel {
        id: Set(system.id),
        practice_id: Set(tx.practice_id()),
        key: Set(system.key.clone()),
        name: Set(system.name.clone()),
        version: Set(system.version.clone()),
        vendor: Set(system.vendor.clone()),
        purpose: Set(system.purpose),
        state: Set(system.state),
        local: Set(system.local),
        chosen: Set(system.chosen),
        agreement_on: Set(system.agreement_on),
        agreement_until: Set(system.agreement_until),
        pinned_version: Set(system.pinned_version.clone()),
        monthly_budget_micro_usd: sum(system.monthly_budget_micro_usd),
        address: Set(own.map(|own| own.address.clone())),
        model: Set(own.map(|own| own.model.clone())),
        used_for: Set(own.map(|own| own.used_for.clone())),
        service_key: Set(service_key.map(|key| tx.seal(SERVICE_KEY, system.id, key.reveal()))),
        million_input_tokens_micro_usd: sum(own.and_then(|own| own.million_input_tokens_micro_usd)),
        million_output_tokens_micro_usd: sum(own.and_then(|own| own.million_output_tokens_micro_usd)),
        created_at: Set(system.updated_at),
        updated_at: Set(system.updated_at),
    };
    tx.insert::<Entity>(row).await
}

pub async fn update_version(tx: &mut Tx, id: AiSystemId, system: &Description) -> Result<(), AccessError> {
    let row = ActiveModel {
        name: Set(system.name.clone()),
        version: Set(system.version.clone()),
        vendor: Set(system.vendor.clone()),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx.update::<Entity>().filter(Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// Writes down what the practice has decided about it.
pub async fn update_terms(tx: &mut Tx, system: &AiSystemView) -> Result<(), AccessError> {
    let row = ActiveModel {
        state: Set(system.state),
        agreement_on: Set(system.agreement_on),
        agreement_until: Set(system.agreement_until),
        pinned_version: Set(system.pinned_version.clone()),
        monthly_budget_micro_usd: Set(system
            .monthly_budget_micro_usd
            .and_then(|sum| i64::try_from(sum).ok())),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx.update::<Entity>().filter(Column::Id.eq(system.id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// What a system of the practice's own is shown from now on.
pub async fn replace_service_key(
    tx: &mut Tx,
    id: AiSystemId,
    service_key: Option<&Phi<String>>,
) -> Result<(), AccessError> {
    let row = ActiveModel {
        service_key: Set(service_key.map(|key| tx.seal(SERVICE_KEY, id, key.reveal()))),
        updated_at: Set(tx.now()),
        ..Default::default()
    };
    let update = tx.update::<Entity>().filter(Column::Id.eq(id)).set(row);
    tx.execute_update(update).await.map(drop)
}

/// Has the practice use this one for its purpose, and no other.
pub async fn choose(tx: &mut Tx, system: &AiSystemView) -> Result<(), AccessError> {
    for (chosen, which) in [(false, Column::Id.ne(system.id)), (true, Column::Id.eq(system.id))] {
        let row = ActiveModel { chosen: Set(chosen), updated_at: Set(tx.now()), ..Default::default() };
        let update = tx
            .update::<Entity>()
            .filter(Column::Purpose.eq(system.purpose))
            .filter(Column::Chosen.ne(chosen))
            .filter(which)
            .set(row);
        tx.execute_update(update).await?;
    }
    Ok(())
}

fn view(row: Model) -> AiSystemView {
    let sum = |sum: Option<i64>| sum.and_then(|sum| u64::try_from(sum).ok());
    let own = row.address.map(|address| OwnSystem {
        address,
        model: row.model.unwrap_or_default(),
        used_for: row.used_for.unwrap_or_default(),
        has_key: row.service_key.is_some(),
        million_input_tokens_micro_usd: sum(row.million_input_tokens_micro_usd),
        million_output_tokens_micro_usd: sum(row.million_output_tokens_micro_usd),
    });
    AiSystemView {
        id: row.id,
        key: row.key,
        name: row.name,
        version: row.version,
        vendor: row.vendor,
        purpose: row.purpose,
        state: row.state,
        local: row.local,
        chosen: row.chosen,
        agreement_on: row.agreement_on,
        agreement_until: row.agreement_until,
        pinned_version: row.pinned_version,
        monthly_budget_micro_usd: sum(row.monthly_budget_micro_usd),
        spent_micro_usd: 0,
        own,
        updated_at: row.updated_at,
    }
}
