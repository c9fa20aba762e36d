//! Who acts in tests.

use access::{Actor, Person, SealedColumn};
use audit::{Action, Event};
use clock::Clock;
use entities::{Sealed, memberships, practices, recordings, supervisions, users};
use sea_orm::ActiveValue::Set;
use shared::{
    EncounterId, PracticeId, RecordingId, SessionId, UserId,
    permissions::Role,
    recordings::{RecordingState, Stage},
};

use crate::TestDatabase;

const REQUEST: &str = "test-request";

impl TestDatabase {
    /// Somebody who answers for the practice.
    pub fn owner(&self) -> Actor {
        self.person(Role::Owner, self.practice_id)
    }

    /// Somebody who sees clients in the practice.
    pub fn therapist(&self) -> Actor {
        self.person(Role::Clinician, self.practice_id)
    }

    /// Somebody who may see who did what, but no chart.
    pub fn auditor(&self) -> Actor {
        self.person(Role::Auditor, self.practice_id)
    }

    /// The one person of a role in the practice.
    pub fn of_role(&self, role: Role) -> Actor {
        self.person(role, self.practice_id)
    }

    /// Puts somebody under somebody's supervision.
    pub async fn supervise(&self, supervisor: &Actor, supervised: &Actor) {
        let mut tx = self.begin(self.owner()).await;
        let row = supervisions::ActiveModel {
            supervisor_id: Set(supervisor.user_id()),
            user_id: Set(supervised.user_id()),
            created_at: Set(tx.now()),
            ..Default::default()
        };
        tx.insert::<supervisions::Entity>(row).await.expect("a supervision");
        tx.record(Event::of(Action::SupervisionBegun, supervised.user_id()));
        tx.commit().await.expect("kept");
    }

    /// Somebody who sees clients, elsewhere.
    pub fn stranger_from_another_practice(&self) -> Actor {
        self.person(Role::Clinician, self.other_practice_id)
    }

    /// The software itself, working for the practice.
    pub fn pipeline(&self) -> Actor {
        Actor::system("system:pipeline", self.practice_id, REQUEST)
    }

    /// Where the owner, the therapist and the auditor work.
    pub fn practice_id(&self) -> PracticeId {
        self.practice_id
    }

    /// A recording of a session, as it stands when its bytes have arrived. There are none.
    pub async fn recording(&self, encounter_id: EncounterId) -> RecordingId {
        let mut tx = self.begin(self.therapist()).await;
        let id: RecordingId = tx.new_id();
        let row = recordings::ActiveModel {
            id: Set(id),
            practice_id: Set(self.practice_id),
            encounter_id: Set(encounter_id),
            state: Set(RecordingState::Stored),
            stage: Set(Stage::Decode),
            media_type: Set("audio/ogg".into()),
            size: Set(0),
            duration_ms: Set(None),
            speech_ms: Set(None),
            sound_bytes: Set(None),
            spans: Set(None),
            peaks: Set(None),
            quality: Set(None),
            turns: Set(None),
            left_out: Set(None),
            error: Set(None),
            created_by: Set(tx.actor().user_id()),
            created_at: Set(tx.now()),
            updated_at: Set(tx.now()),
            sound_removed_at: Set(None),
        };
        tx.insert::<recordings::Entity>(row).await.expect("a recording");
        tx.record(Event::of(Action::RecordingStored, id));
        tx.commit().await.expect("kept");
        id
    }

    fn person(&self, role: Role, practice_id: PracticeId) -> Actor {
        let user_id = user_of(practice_id, role);
        let session_id = SessionId(self.clock.new_id());
        let permissions = role.permissions();
        let person = Person { user_id, role, permissions, owes_second_factor: false, session_id };
        Actor::person(person, practice_id, REQUEST)
    }

    pub(crate) async fn add_practice(&self, id: PracticeId) {
        let registration = Actor::system("system:registration", id, REQUEST);
        let mut tx = self.database.begin_practice(registration).await.expect("a transaction");
        let row = practices::ActiveModel {
            id: Set(id),
            name: Set(tx.seal(SealedColumn::new("practices", "name"), id, "A practice")),
            jurisdiction: Set("US-CA".into()),
            created_at: Set(tx.now()),
            ..Default::default()
        };
        tx.insert_global(row).await.expect("a practice");
        for role in Role::ALL.iter().copied() {
            let user_id = user_of(id, role);
            tx.insert_global(account(user_id, &tx)).await.expect("an account");
            let row = memberships::ActiveModel {
                id: Set(tx.new_id()),
                user_id: Set(user_id),
                role: Set(role),
                created_at: Set(tx.now()),
                ..Default::default()
            };
            tx.insert::<memberships::Entity>(row).await.expect("a membership");
        }
        tx.record(Event::of(Action::PracticeRegistered, id));
        tx.commit().await.expect("kept");
    }
}

/// The one person of each role that a practice has.
fn user_of(practice_id: PracticeId, role: Role) -> UserId {
    UserId(uuid::Uuid::from_u128(practice_id.0.as_u128() ^ ((role as u128 + 1) << 64)))
}

fn account(id: UserId, tx: &access::Tx) -> users::ActiveModel {
    users::ActiveModel {
        id: Set(id),
        email_index: Set(id.0.as_bytes().to_vec()),
        email: Set(Sealed(Vec::new())),
        name: Set(Sealed(Vec::new())),
        password_hash: Set(String::new()),
        created_at: Set(tx.now()),
        ..Default::default()
    }
}
