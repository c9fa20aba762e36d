//! Who acts.

use shared::{
    PracticeId, SessionId, UserId,
    permissions::{Permissions, Role},
};

use crate::{Forbidden, Granted, perm::Permitted};

/// A signed-in person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
    /// What they may do.
    pub permissions: Permissions,
    /// Whether this sign-in has to show a second factor before any of it counts.
    pub owes_second_factor: bool,
    /// In which sign-in.
    pub session_id: SessionId,
}

#[derive(Debug, Clone)]
enum Kind {
    Person(Person),
    System(&'static str),
}

/// Who acts, in which practice, in which request or job.
#[derive(Debug, Clone)]
pub struct Actor {
    kind: Kind,
    practice_id: PracticeId,
    request_id: String,
}

impl Actor {
    /// A person who has signed in.
    pub fn person(person: Person, practice_id: PracticeId, request_id: impl Into<String>) -> Self {
        Self { kind: Kind::Person(person), practice_id, request_id: request_id.into() }
    }

    /// A named part of the software, e.g. `system:pipeline`, working for one practice.
    pub fn system(name: &'static str, practice_id: PracticeId, request_id: impl Into<String>) -> Self {
        Self { kind: Kind::System(name), practice_id, request_id: request_id.into() }
    }

    /// A named part of the software before any practice is known, e.g. while somebody signs in.
    pub fn server(name: &'static str, request_id: impl Into<String>) -> Self {
        Self::system(name, PracticeId(uuid::Uuid::nil()), request_id)
    }

    /// Where they act.
    pub fn practice_id(&self) -> PracticeId {
        self.practice_id
    }

    /// The request or job.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The person, if it is one.
    pub fn as_person(&self) -> Option<Person> {
        match self.kind {
            Kind::Person(person) => Some(person),
            Kind::System(_) => None,
        }
    }

    /// The person's id; nil for the software itself.
    pub fn user_id(&self) -> UserId {
        self.as_person().map_or(UserId(uuid::Uuid::nil()), |person| person.user_id)
    }

    /// `person`, or the system's name.
    pub fn name(&self) -> &str {
        match self.kind {
            Kind::Person(_) => "person",
            Kind::System(name) => name,
        }
    }

    /// Proof that the actor has a permission. The software itself has those its code names.
    ///
    /// # Errors
    /// [`Forbidden`] when the person lacks it, or has not shown the second factor that they have to.
    pub fn require<P: Permitted>(&self) -> Result<Granted<P>, Forbidden> {
        match self.kind {
            Kind::Person(person) if !person.permissions.contains(P::PERMISSION) => {
                Err(Forbidden::Lacks(P::PERMISSION))
            }
            Kind::Person(Person { owes_second_factor: true, .. }) => Err(Forbidden::OwesSecondFactor),
            Kind::Person(_) | Kind::System(_) => Ok(Granted::new()),
        }
    }
}
