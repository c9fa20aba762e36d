//! Who acts in the tests. Everybody signs in over HTTP; only the second person of a practice is put
//! into the database here, as long as there are no invitations.

use access::{Actor, SealedColumn};
use audit::{Action, Event};
use crypto::Zeroizing;
use entities::{Sealed, memberships, users};
use sea_orm::ActiveValue::Set;
use shared::{PracticeId, UserId, permissions::Role};

use crate::{PASSWORD, Person, TestApp};

impl TestApp {
    /// Somebody without an account.
    pub fn nobody(&self) -> Person {
        Person::new(&self.address, "nobody@nowhere.example")
    }

    /// The one who registers the practice and answers for it: its owner, who also sees clients.
    pub async fn therapist(&self) -> Person {
        let person = Person::new(&self.address, "vera@practice.example");
        let answer = person.register("Lindenhof Practice", "Vera Winter").await;
        answer.created();
        person
    }

    /// Somebody who sees clients in the therapist's practice.
    pub async fn colleague_of(&self, therapist: &Person) -> Person {
        self.beside(therapist, Role::Clinician).await
    }

    /// Somebody who may see who did what in the therapist's practice, but no chart.
    pub async fn auditor_beside(&self, therapist: &Person) -> Person {
        self.beside(therapist, Role::Auditor).await
    }

    /// Somebody of this role in the therapist's practice: `clinician@practice.example` and so on.
    pub async fn beside(&self, therapist: &Person, role: Role) -> Person {
        self.join(therapist, &format!("{}@practice.example", role.as_str()), role).await
    }

    /// Somebody who sees clients elsewhere. There is no elsewhere on the embedded database, which
    /// keeps one practice: then this says so and returns nothing.
    pub async fn stranger_from_another_practice(&self) -> Option<Person> {
        let person = Person::new(&self.address, "stranger@elsewhere.example");
        let answer = person.register("Another Practice", "Otto Fremd").await;
        if answer.code() == "second_practice_refused" {
            println!("skipped: this database keeps one practice");
            return None;
        }
        answer.created();
        Some(person)
    }

    async fn join(&self, therapist: &Person, email: &str, role: Role) -> Person {
        let me = therapist.get("/me").await.ok();
        let practice_id: PracticeId =
            serde_json::from_value(me["practice"]["id"].clone()).expect("the practice's id");
        let hash = self.app.passwords.hash(Zeroizing::new(PASSWORD.to_owned())).await.expect("a hash");
        let database = &self.app.database;
        let actor = Actor::system("system:seeding", practice_id, "test-seeding");
        let mut tx = database.begin(actor).await.expect("a transaction");
        let id: UserId = tx.new_id();
        let key = database.server_key().clone();
        let seal = |column, text: &str| {
            Sealed(key.seal(SealedColumn { table: "users", column }, id.0, text.as_bytes()))
        };
        let index = database.key_ring().blind_index("users.email", &crypto::normalise_email(email)).to_vec();
        let user = users::ActiveModel {
            id: Set(id),
            email_index: Set(index),
            email: Set(seal("email", email)),
            name: Set(seal("name", "Robin Sommer")),
            password_hash: Set(hash),
            created_at: Set(tx.now()),
        };
        tx.insert_global(user).await.expect("a user");
        let membership = memberships::ActiveModel {
            id: Set(tx.new_id()),
            practice_id: Set(practice_id),
            user_id: Set(id),
            role: Set(role),
            created_at: Set(tx.now()),
        };
        tx.insert::<memberships::Entity>(membership).await.expect("a membership");
        tx.record(Event::of(Action::AccountRead, id));
        tx.commit().await.expect("kept");
        let person = Person::new(&self.address, email);
        person.sign_in().await.ok();
        person
    }
}
