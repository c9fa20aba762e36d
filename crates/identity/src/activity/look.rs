//! What is worth a second look in a week: arithmetic over events, without a database.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use audit::Action;
use chrono::{DateTime, Timelike as _, Utc};
use chrono_tz::Tz;
use shared::{
    ClientId, UserId,
    activity::FindingKind,
    audit::{AuditEventView, Touch},
};

/// Fewer charts in an hour are never many.
const MANY_CHARTS: usize = 15;
/// So many times as many as in most of somebody's hours are many.
const MANY_TIMES: usize = 3;
/// So many refusals in an hour are no slips.
const MANY_REFUSALS: i32 = 10;
/// Hours of the night: from the one, until before the other.
const NIGHT: (u32, u32) = (22, 6);

/// Whose names are compared with those of the people.
#[derive(Debug, Clone)]
pub struct Client {
    /// Who.
    pub id: ClientId,
    /// Their given and their family name.
    pub names: shared::Phi<(String, String)>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Why.
    pub kind: FindingKind,
    /// Who.
    pub user_id: UserId,
    /// At whose chart.
    pub client_id: Option<ClientId>,
    /// How often, or how many in an hour.
    pub times: i32,
    /// The first time.
    pub first_at: DateTime<Utc>,
    /// The last time.
    pub last_at: DateTime<Utc>,
}

/// A person, as far as it matters here.
struct Member {
    words: BTreeSet<String>,
    family: String,
    deactivated_at: Option<DateTime<Utc>>,
}

/// Somebody in one hour.
#[derive(Default)]
struct Hour {
    charts: BTreeSet<ClientId>,
    refused: i32,
}

/// A look at a week under way.
pub struct Look {
    zone: Tz,
    from: DateTime<Utc>,
    members: HashMap<UserId, Member>,
    clients: HashMap<ClientId, (BTreeSet<String>, String)>,
    hours: BTreeMap<(UserId, i64), Hour>,
    found: BTreeMap<(UserId, FindingKind, Option<ClientId>), Found>,
}

impl Look {
    /// At the week that begins then. What is shown from before says what is usual.
    pub fn new(zone: Tz, from: DateTime<Utc>, clients: &[Client]) -> Self {
        let names = |client: &Client| {
            let (given, family) = client.names.reveal();
            (client.id, (words(&format!("{given} {family}")).into_iter().collect(), family_of(family)))
        };
        Self {
            zone,
            from,
            members: HashMap::new(),
            clients: clients.iter().map(names).collect(),
            hours: BTreeMap::new(),
            found: BTreeMap::new(),
        }
    }

    /// Somebody who is or was of the practice.
    pub fn member(&mut self, id: UserId, name: &str, deactivated_at: Option<DateTime<Utc>>) {
        let words = words(name);
        let family = words.last().cloned().unwrap_or_default();
        self.members.insert(id, Member { words: words.into_iter().collect(), family, deactivated_at });
    }

    /// The next event.
    pub fn event(&mut self, event: &AuditEventView) {
        let Some(user_id) = event.user_id else { return };
        let hour = self.hours.entry((user_id, hour_of(event.at))).or_default();
        let action = Action::from_word(&event.action);
        if event.outcome != "done" {
            hour.refused += 1;
            return;
        }
        let touch = action.and_then(Action::touch).map(|(_, touch)| touch);
        let chart = event.client_id.filter(|_| touch.is_some());
        hour.charts.extend(chart.filter(|_| touch != Some(Touch::Listed)));
        if event.at < self.from {
            return;
        }
        let member = self.members.get(&user_id);
        if member.and_then(|it| it.deactivated_at).is_some_and(|ended| event.at > ended) {
            self.note(user_id, FindingKind::AfterTermination, None, event.at);
        }
        if action == Some(Action::EmergencyBegun) {
            self.note(user_id, FindingKind::Emergency, event.client_id, event.at);
        }
        let Some(client_id) = chart else { return };
        if let Some(kind) = self.kinship(user_id, client_id) {
            self.note(user_id, kind, Some(client_id), event.at);
        }
        let hour = event.at.with_timezone(&self.zone).hour();
        if hour >= NIGHT.0 || hour < NIGHT.1 {
            self.note(user_id, FindingKind::OddHours, None, event.at);
        }
    }

    /// Whether a client may be this person, or of their family.
    fn kinship(&self, user_id: UserId, client_id: ClientId) -> Option<FindingKind> {
        let member = self.members.get(&user_id).filter(|it| !it.family.is_empty())?;
        let (words, family) = self.clients.get(&client_id)?;
        if *words == member.words {
            Some(FindingKind::OwnChart)
        } else {
            (*family == member.family).then_some(FindingKind::SameSurname)
        }
    }

    fn note(&mut self, user_id: UserId, kind: FindingKind, client_id: Option<ClientId>, at: DateTime<Utc>) {
        let found = self.entry(user_id, kind, client_id, at);
        found.times += 1;
        found.last_at = found.last_at.max(at);
    }

    fn entry(
        &mut self,
        user_id: UserId,
        kind: FindingKind,
        client_id: Option<ClientId>,
        at: DateTime<Utc>,
    ) -> &mut Found {
        let new = Found { kind, user_id, client_id, times: 0, first_at: at, last_at: at };
        self.found.entry((user_id, kind, client_id)).or_insert(new)
    }

    /// When everything has been shown.
    pub fn found(mut self) -> Vec<Found> {
        let mut usual: HashMap<UserId, Vec<usize>> = HashMap::new();
        let first = hour_of(self.from);
        for ((user_id, hour), seen) in &self.hours {
            if *hour < first && !seen.charts.is_empty() {
                usual.entry(*user_id).or_default().push(seen.charts.len());
            }
        }
        for ((user_id, hour), seen) in std::mem::take(&mut self.hours) {
            let Some(at) = DateTime::from_timestamp(hour * 3600, 0).filter(|_| hour >= first) else {
                continue;
            };
            let usual = usual.get_mut(&user_id).map_or(0, |counts| median(counts));
            if seen.charts.len() > MANY_CHARTS.max(MANY_TIMES * usual) {
                self.most(user_id, FindingKind::BulkReading, seen.charts.len() as i32, at);
            }
            if seen.refused >= MANY_REFUSALS {
                self.most(user_id, FindingKind::RefusedStreak, seen.refused, at);
            }
        }
        self.found.into_values().collect()
    }

    fn most(&mut self, user_id: UserId, kind: FindingKind, times: i32, hour: DateTime<Utc>) {
        let found = self.entry(user_id, kind, None, hour);
        found.times = found.times.max(times);
        found.last_at = found.last_at.max(hour);
    }
}

impl std::fmt::Debug for Look {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Look").field("from", &self.from).finish_non_exhaustive()
    }
}

fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(3600)
}

fn median(counts: &mut [usize]) -> usize {
    counts.sort_unstable();
    counts[counts.len() / 2]
}

/// The words of a name, whatever the case.
fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

fn family_of(name: &str) -> String {
    words(name).pop().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use shared::{AuditEventId, Phi};
    use uuid::Uuid;

    use super::*;

    const VERA: UserId = UserId(Uuid::from_u128(1));

    fn client(number: u128, given: &str, family: &str) -> Client {
        let id = ClientId(Uuid::from_u128(number));
        Client { id, names: Phi::new((given.to_owned(), family.to_owned())) }
    }

    /// A Monday at midnight in Los Angeles.
    fn monday() -> DateTime<Utc> {
        "2026-06-08T07:00:00Z".parse().expect("a time")
    }

    fn look(clients: &[Client]) -> Look {
        let mut look = Look::new(chrono_tz::America::Los_Angeles, monday(), clients);
        look.member(VERA, "Vera M. Winter", None);
        look
    }

    fn event(action: Action, client: Option<u128>, at: DateTime<Utc>) -> AuditEventView {
        AuditEventView {
            id: AuditEventId(Uuid::nil()),
            at,
            action: action.as_str().to_owned(),
            user_id: Some(VERA),
            actor: "person".to_owned(),
            client_id: client.map(|number| ClientId(Uuid::from_u128(number))),
            subject: action.subject().to_owned(),
            subject_id: None,
            outcome: "done".to_owned(),
            request_id: String::new(),
            detail: None,
            emergency_id: None,
            network: None,
            role: None,
            purpose: None,
            session_id: None,
        }
    }

    fn kinds(look: Look) -> Vec<(FindingKind, i32)> {
        look.found().into_iter().map(|found| (found.kind, found.times)).collect()
    }

    fn noon() -> DateTime<Utc> {
        monday() + TimeDelta::hours(12)
    }

    #[test]
    fn a_chart_of_ones_own_name_or_family_is_found() {
        let clients =
            [client(7, "vera", "M. WINTER"), client(8, "Jon", "Winter"), client(9, "Mara", "Quint")];
        for (chart, expected) in
            [(7, vec![(FindingKind::OwnChart, 2)]), (8, vec![(FindingKind::SameSurname, 2)]), (9, vec![])]
        {
            let mut look = look(&clients);
            look.event(&event(Action::NoteRead, Some(chart), noon()));
            look.event(&event(Action::ClientRead, Some(chart), noon()));
            assert_eq!(kinds(look), expected, "{chart}");
        }
    }

    #[test]
    fn the_night_is_the_practices() {
        for (hours, is_night) in [(0, true), (5, true), (6, false), (21, false), (22, true), (23, true)] {
            let mut look = look(&[]);
            look.event(&event(Action::NoteRead, Some(9), monday() + TimeDelta::hours(hours)));
            assert_eq!(!kinds(look).is_empty(), is_night, "{hours}");
        }
    }

    #[test]
    fn many_charts_are_more_than_somebody_usually_reads() {
        let read = |look: &mut Look, charts: u128, at: DateTime<Utc>| {
            (0..charts).for_each(|number| look.event(&event(Action::ClientRead, Some(100 + number), at)));
        };
        for (before, now, many) in
            [(0, 15, false), (0, 16, true), (4, 16, true), (8, 24, false), (8, 25, true)]
        {
            let mut look = look(&[]);
            for days in 1..6 {
                read(&mut look, before, noon() - TimeDelta::days(days));
            }
            read(&mut look, now, noon());
            let expected = if many { vec![(FindingKind::BulkReading, now as i32)] } else { vec![] };
            assert_eq!(kinds(look), expected, "{before} {now}");
        }
        // The same chart again and again is one.
        let mut look = look(&[]);
        (0..50).for_each(|_| look.event(&event(Action::ClientRead, Some(7), noon())));
        assert_eq!(kinds(look), []);
    }

    #[test]
    fn refusals_after_the_end_and_emergencies_are_found() {
        let mut look = look(&[]);
        let refused =
            AuditEventView { outcome: "forbidden".to_owned(), ..event(Action::AccessRefused, None, noon()) };
        (0..9).for_each(|_| look.event(&refused));
        look.event(&event(Action::EmergencyBegun, Some(9), noon()));
        assert_eq!(kinds(look), [(FindingKind::Emergency, 1)]);
        let mut look = self::look(&[]);
        (0..10).for_each(|_| look.event(&refused));
        look.member(VERA, "Vera M. Winter", Some(noon()));
        look.event(&event(Action::SignedOut, None, noon()));
        assert_eq!(kinds(look), [(FindingKind::RefusedStreak, 10)], "at that moment is not after it");
        let mut look = self::look(&[]);
        look.member(VERA, "Vera M. Winter", Some(noon()));
        look.event(&event(Action::SessionRefreshed, None, noon() + TimeDelta::seconds(1)));
        assert_eq!(kinds(look), [(FindingKind::AfterTermination, 1)]);
    }

    #[test]
    fn what_was_before_the_week_is_not_found_again() {
        let mut look = look(&[client(7, "Vera M.", "Winter")]);
        look.event(&event(Action::NoteRead, Some(7), monday() - TimeDelta::seconds(1)));
        assert_eq!(kinds(look), []);
    }
}
