//! Who acts in the tests. Everybody registers, or joins by an invitation, over HTTP.

use clock::Clock as _;
use serde_json::json;
use shared::permissions::Role;

use crate::{Person, TestApp};

impl TestApp {
    /// Somebody without an account.
    pub fn nobody(&self) -> Person {
        Person::new(&self.address, "nobody@nowhere.example")
    }

    /// The one who registers the practice and answers for it: its owner, who also sees clients.
    pub async fn therapist(&self) -> Person {
        let person = self.newcomer().await;
        person.enrol(self.clock.now()).await;
        person
    }

    /// The same before they have set up a second factor, without which an owner can do nothing.
    pub async fn newcomer(&self) -> Person {
        let person = Person::new(&self.address, "vera@practice.example");
        person.register("Lindenhof Practice", "Vera Winter").await.created();
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
        person.enrol(self.clock.now()).await;
        Some(person)
    }

    /// Invites an address, waits for the mail, and opens its link; the token in it.
    pub async fn invite(&self, by: &Person, email: &str, role: Role) -> String {
        let before = self.postbox.received().iter().filter(|mail| mail.to == email).count();
        by.post("/invitations", &json!({ "email": email, "role": role })).await.created();
        let link = self.postbox.mail_to(email, before).await.link();
        link.split_once("/invitation#").expect("the token is in the fragment").1.to_owned()
    }

    async fn join(&self, therapist: &Person, email: &str, role: Role) -> Person {
        let token = self.invite(therapist, email, role).await;
        let person = Person::new(&self.address, email);
        person.accept(&token, "Robin Sommer").await.created();
        if role.permissions().demand_second_factor() {
            person.enrol(self.clock.now()).await;
        }
        person
    }
}
