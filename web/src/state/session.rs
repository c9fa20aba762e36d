//! Who is signed in. The access token lives here, in memory, and nowhere else; the refresh token is in a
//! cookie that no script can read.

use leptos::{prelude::*, task::spawn_local};
use shared::{
    auth::{Me, SignedIn as Grant},
    errors::{ErrorCode, Problem},
    permissions::{Permission, Permissions, Powers, Role},
};

use super::{StepUp, refresh};
use crate::{
    api::{Anonymous, Call, Failure, SignedIn, browser},
    logic::{backoff, place},
};

/// Says only that somebody signed in on this browser, and to which practice (its id): so that a first visit
/// asks for no refresh, and signing out or switching in one tab does so in all.
const MARK: &str = "mindscribe.signed_in";

/// Says only that the app is locked, so that locking one tab locks all, and loading a page again unlocks none.
const LOCKED: &str = "mindscribe.locked";

/// A token is renewed when it has less than this left.
const MARGIN_MS: f64 = 60_000.0;

/// Where the sign-in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Not known yet.
    Starting,
    /// Nobody.
    Out,
    /// Somebody who has to show that they are back.
    Locked,
    /// This person.
    In(Me),
}

#[derive(Debug, Clone)]
struct Token {
    text: String,
    ends_at_ms: f64,
}

/// The one session of this tab.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    phase: RwSignal<Phase>,
    token: StoredValue<Option<Token>>,
    refused: StoredValue<Option<Failure>>,
    /// The name of whose sign-in it is; a lock shows no more than that.
    whose: StoredValue<String>,
    step_up: StepUp,
}

impl Session {
    /// Begins with what the browser remembers.
    pub fn begin() -> Self {
        let session = Self {
            phase: RwSignal::new(Phase::Starting),
            token: StoredValue::new(None),
            refused: StoredValue::new(None),
            whose: StoredValue::new(String::new()),
            step_up: StepUp::new(),
        };
        if storage().and_then(|storage| storage.get_item(MARK).ok().flatten()).is_some() {
            spawn_local(session.resume());
        } else {
            session.phase.set(Phase::Out);
        }
        window_event_listener_untyped("storage", move |event| {
            let value = |name: &str| browser::property(&event, name).and_then(|it| it.as_string());
            match (value("key").as_deref(), value("newValue")) {
                (Some(MARK), None) => session.forget(),
                (Some(MARK), Some(now))
                    if session.me_untracked().is_some_and(|me| me.practice.id.to_string() != now) =>
                {
                    let _ = browser::window().location().assign("/");
                }
                (Some(LOCKED), Some(_)) => session.hide(),
                (Some(LOCKED), None) => spawn_local(session.come_back()),
                _ => {}
            }
        });
        session
    }

    /// Where the sign-in stands.
    pub fn phase(self) -> Phase {
        self.phase.get()
    }

    /// Where the sign-in stands, for code that does not draw.
    pub fn phase_untracked(self) -> Phase {
        self.phase.get_untracked()
    }

    /// Who is signed in, if anybody is.
    pub fn me(self) -> Option<Me> {
        match self.phase.get() {
            Phase::In(me) => Some(me),
            _ => None,
        }
    }

    /// As [`Session::me`], for code that does not draw.
    pub fn me_untracked(self) -> Option<Me> {
        untrack(|| self.me())
    }

    /// Whether the signed-in person's role allows something. The server decides again.
    pub fn may(self, permission: Permission) -> bool {
        self.me().is_some_and(|me| !me.owes_second_factor && me.permissions.contains(&permission))
    }

    /// What the signed-in person is, and what they may do.
    pub fn powers(self) -> Powers {
        let me = self.me_untracked();
        me.map_or(Powers { role: Role::Auditor, permissions: Permissions::NONE }, |me| Powers {
            role: me.role,
            permissions: me.permissions.into_iter().collect(),
        })
    }

    /// Goes to another practice of the same person. Everything on the screen is of this one, so the app
    /// begins anew, and so do the other tabs.
    pub async fn switch(self, practice: String) -> Result<(), Failure> {
        let json = format!("{{\"practice_id\":\"{practice}\"}}");
        SignedIn::of(self).text(Call::new("POST", "/auth/switch").text(&json)).await?;
        remember(&practice);
        let _ = browser::window().location().assign("/");
        Ok(())
    }

    /// Asks again who is signed in, because they have changed what they may do.
    pub async fn look_again(self) {
        if let Ok(me) = SignedIn::of(self).me().await {
            self.be(me);
        }
    }

    /// Takes what a sign-in answered and finds out who that is.
    pub async fn enter(self, grant: Grant) -> Result<(), Failure> {
        self.keep(grant);
        let me = SignedIn::of(self).me().await?;
        remember(&me.practice.id.to_string());
        if let Some(storage) = storage() {
            let _ = storage.remove_item(LOCKED);
        }
        self.be(me);
        Ok(())
    }

    /// The browser has come back with a refresh cookie: finds out who that is.
    pub fn arrive(self) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(MARK, "1");
            let _ = storage.remove_item(LOCKED);
        }
        self.phase.set(Phase::Starting);
        spawn_local(self.resume());
    }

    /// Hides everything, here and in every tab, and has the server do the same.
    pub fn lock(self) {
        if matches!(self.phase.get_untracked(), Phase::In(_)) {
            self.hide();
            spawn_local(self.lock_the_server());
        }
    }

    /// Hides everything here and in every tab: the server says that it is locked, or it is about to be.
    pub fn hide(self) {
        if let Some(storage) = storage() {
            let _ = storage.set_item(LOCKED, "1");
        }
        if matches!(self.phase.get_untracked(), Phase::In(_) | Phase::Starting) {
            self.step_up.answer(false);
            self.phase.set(Phase::Locked);
        }
    }

    /// Shows everything again, if the server does.
    pub async fn come_back(self) {
        if let Ok(me) = SignedIn::of(self).me().await {
            if let Some(storage) = storage() {
                let _ = storage.remove_item(LOCKED);
            }
            self.be(me);
        }
    }

    async fn lock_the_server(self) {
        for attempt in 0.. {
            match SignedIn::of(self).lock().await {
                Err(failure) if failure.is_passing() && self.phase.get_untracked() != Phase::Out => {}
                _ => return,
            }
            browser::sleep_ms(backoff::delay_ms(attempt, browser::chance())).await;
        }
    }

    /// The question for the second step.
    pub fn step_up(self) -> StepUp {
        self.step_up
    }

    /// The name of whose sign-in it is.
    pub fn whose(self) -> String {
        self.whose.get_value()
    }

    /// Signs out, here and in every tab.
    pub async fn leave(self) {
        // Whatever the server says, this browser forgets.
        let _ = SignedIn::of(self).logout().await;
        self.forget();
    }

    /// A token that will last for the next request.
    pub async fn token(self) -> Result<String, Failure> {
        match self.token.get_value() {
            Some(token) if token.ends_at_ms - browser::now_ms() > MARGIN_MS => Ok(token.text),
            Some(token) => self.renew(&token.text).await,
            None => self.renew("").await,
        }
    }

    /// A token other than `old`. However many ask, the server is asked once.
    pub async fn renew(self, old: &str) -> Result<String, Failure> {
        if let Some(token) = self.token.get_value().filter(|token| token.text != old) {
            return Ok(token.text);
        }
        if !old.is_empty() || matches!(self.phase.get_untracked(), Phase::Starting | Phase::Locked) {
            refresh::once(move || self.ask_for_a_token()).await;
        }
        let ended = || Failure::Refused(Box::new(Problem::new(ErrorCode::SessionExpired, "")));
        match self.token.get_value() {
            Some(token) if token.text != old => Ok(token.text),
            _ => Err(self.refused.get_value().unwrap_or_else(ended)),
        }
    }

    async fn ask_for_a_token(self) {
        match Anonymous.refresh().await {
            Ok(grant) => self.keep(grant),
            Err(failure) => {
                if !failure.is_passing() && failure != Failure::Left {
                    self.forget();
                }
                self.refused.set_value(Some(failure));
            }
        }
    }

    async fn resume(self) {
        if storage().and_then(|storage| storage.get_item(LOCKED).ok().flatten()).is_some() {
            // The lock may not have reached the server before the page was loaded again.
            self.lock_the_server().await;
        }
        for attempt in 0.. {
            let failure = match SignedIn::of(self).me().await {
                Ok(me) => return self.be(me),
                Err(failure) if failure.is(ErrorCode::Locked) => return,
                Err(failure) => failure,
            };
            if !failure.is_passing() {
                return self.forget();
            }
            browser::sleep_ms(backoff::delay_ms(attempt, browser::chance())).await;
        }
    }

    fn be(self, me: Me) {
        place::show_times(me.practice.locale.clone(), me.practice.time_zone.clone());
        self.phase.set(Phase::In(me));
    }

    fn keep(self, grant: Grant) {
        let ends_at_ms = browser::now_ms() + grant.expires_in as f64 * 1e3;
        self.refused.set_value(None);
        self.whose.set_value(grant.user.name.into_inner());
        self.token.set_value(Some(Token { text: grant.access_token.into_inner(), ends_at_ms }));
    }

    fn forget(self) {
        self.token.set_value(None);
        if let Some(storage) = storage() {
            let _ = storage.remove_item(MARK);
            let _ = storage.remove_item(LOCKED);
        }
        self.phase.set(Phase::Out);
    }
}

fn remember(practice: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(MARK, practice);
    }
}

pub(super) fn storage() -> Option<web_sys::Storage> {
    browser::window().local_storage().ok().flatten()
}
