//! Who acts.

use shared::{
    ApiKeyId, PracticeId, SessionId, UserId,
    audit::Purpose,
    permissions::{Permissions, Powers, Role},
};

use crate::{Forbidden, Granted, Request, perm::Permitted};

/// A signed-in person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub user_id: UserId,
    /// As what, or what their role is based on.
    pub role: Role,
    /// What they may do.
    pub permissions: Permissions,
    /// Whether this sign-in has to show a second factor before any of it counts.
    pub owes_second_factor: bool,
    /// In which sign-in.
    pub session_id: SessionId,
}

impl Person {
    /// What they are, and what they may do.
    pub fn powers(self) -> Powers {
        Powers { role: self.role, permissions: self.permissions }
    }
}

/// Another program, by the key that the practice has given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Which key.
    pub id: ApiKeyId,
    /// What it may do.
    pub permissions: Permissions,
    /// As the audit trail names it.
    name: String,
}

#[derive(Debug, Clone)]
enum Kind {
    Person(Person),
    ApiKey(ApiKey),
    System(&'static str),
}

/// Who acts, in which practice, in which request or job.
#[derive(Debug, Clone)]
pub struct Actor {
    kind: Kind,
    practice_id: PracticeId,
    request: Request,
    purpose: Option<Purpose>,
}

impl Actor {
    /// A person who has signed in.
    pub fn person(person: Person, practice_id: PracticeId, request: impl Into<Request>) -> Self {
        Self { kind: Kind::Person(person), practice_id, request: request.into(), purpose: None }
    }

    /// Another program.
    pub fn api_key(
        id: ApiKeyId,
        permissions: Permissions,
        practice_id: PracticeId,
        request: impl Into<Request>,
    ) -> Self {
        let key = ApiKey { id, permissions, name: format!("api_key:{id}") };
        Self { kind: Kind::ApiKey(key), practice_id, request: request.into(), purpose: None }
    }

    /// A named part of the software, e.g. `system:pipeline`, working for one practice.
    pub fn system(name: &'static str, practice_id: PracticeId, request: impl Into<Request>) -> Self {
        Self { kind: Kind::System(name), practice_id, request: request.into(), purpose: None }
    }

    /// A named part of the software before any practice is known, e.g. while somebody signs in.
    pub fn server(name: &'static str, request: impl Into<Request>) -> Self {
        Self::system(name, PracticeId(uuid::Uuid::nil()), request)
    }

    /// Where they act.
    pub fn practice_id(&self) -> PracticeId {
        self.practice_id
    }

    /// The same, for a purpose that the audit trail tells with all they do.
    #[must_use]
    pub fn for_purpose(self, purpose: Purpose) -> Self {
        Self { purpose: Some(purpose), ..self }
    }

    /// What for, where it is known.
    pub fn purpose(&self) -> Option<Purpose> {
        self.purpose
    }

    /// The request or job.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// Its id.
    pub fn request_id(&self) -> &str {
        &self.request.id
    }

    /// The person, if it is one.
    pub fn as_person(&self) -> Option<Person> {
        match self.kind {
            Kind::Person(person) => Some(person),
            Kind::ApiKey(_) | Kind::System(_) => None,
        }
    }

    /// Whether it is the software itself.
    pub fn is_software(&self) -> bool {
        matches!(self.kind, Kind::System(_))
    }

    /// The key, if it is one.
    pub fn as_api_key(&self) -> Option<&ApiKey> {
        match &self.kind {
            Kind::ApiKey(key) => Some(key),
            Kind::Person(_) | Kind::System(_) => None,
        }
    }

    /// Whom what is made is attributed to: the person; the key, whose id is no person's; nil for the
    /// software itself.
    pub fn user_id(&self) -> UserId {
        match &self.kind {
            Kind::Person(person) => person.user_id,
            Kind::ApiKey(key) => UserId(key.id.0),
            Kind::System(_) => UserId(uuid::Uuid::nil()),
        }
    }

    /// What they may do; nothing is listed for the software itself, whose code says what it does.
    pub fn permissions(&self) -> Permissions {
        match &self.kind {
            Kind::Person(person) => person.permissions,
            Kind::ApiKey(key) => key.permissions,
            Kind::System(_) => Permissions::NONE,
        }
    }

    /// `person`, `api_key:` and its id, or the system's name.
    pub fn name(&self) -> &str {
        match &self.kind {
            Kind::Person(_) => "person",
            Kind::ApiKey(key) => &key.name,
            Kind::System(name) => name,
        }
    }

    /// Proof that the actor has a permission. The software itself has those its code names.
    ///
    /// # Errors
    /// [`Forbidden`] when the person lacks it, or has not shown the second factor that they have to.
    pub fn require<P: Permitted>(&self) -> Result<Granted<P>, Forbidden> {
        match &self.kind {
            Kind::ApiKey(key) if !key.permissions.contains(P::PERMISSION) => {
                Err(Forbidden::Lacks(P::PERMISSION))
            }
            Kind::Person(person) if !person.permissions.contains(P::PERMISSION) => {
                Err(Forbidden::Lacks(P::PERMISSION))
            }
            Kind::Person(Person { owes_second_factor: true, .. }) => Err(Forbidden::OwesSecondFactor),
            Kind::Person(_) | Kind::ApiKey(_) | Kind::System(_) => Ok(Granted::new()),
        }
    }
}
