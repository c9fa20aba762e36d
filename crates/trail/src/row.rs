//! A row of the trail, and the bytes that its codes are over.

use shared::PracticeId;
use uuid::Uuid;

/// The first byte of what a code is over. A row that says nothing of its circumstances has the layout that all rows had
/// before there were any, so that these go on to verify.
const LAYOUT: u8 = 1;
const WITH_CIRCUMSTANCES: u8 = 2;
/// In place of a length: there is nothing, which is not the same as an empty text.
const ABSENT: u32 = u32::MAX;

/// A row, borrowed from wherever it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the table, which says what they are")]
pub struct Row<'a> {
    pub id: Uuid,
    /// Microseconds since 1970, which both databases keep.
    pub at: i64,
    pub action: &'a str,
    pub user_id: Option<Uuid>,
    pub actor: &'a str,
    pub client_id: Option<Uuid>,
    pub subject: &'a str,
    pub subject_id: Option<Uuid>,
    pub outcome: &'a str,
    pub request_id: &'a str,
    pub detail: Option<&'a str>,
    pub network: Option<&'a str>,
    pub role: Option<&'a str>,
    pub purpose: Option<&'a str>,
    pub session_id: Option<Uuid>,
    /// Looked up by the database as it writes, so that only a link can bind it.
    pub emergency_id: Option<Uuid>,
    /// The code that was written with it.
    pub mac: Option<&'a [u8]>,
}

impl Row<'_> {
    /// All that the server writes, in one way that no other row has.
    pub(super) fn encode_as_written(&self, practice_id: PracticeId, out: &mut Vec<u8>) {
        out.clear();
        let circumstances = [
            self.network.map(str::as_bytes),
            self.role.map(str::as_bytes),
            self.purpose.map(str::as_bytes),
            self.session_id.as_ref().map(|id| &id.as_bytes()[..]),
        ];
        let has_any = circumstances.iter().any(Option::is_some);
        out.push(if has_any { WITH_CIRCUMSTANCES } else { LAYOUT });
        // Of a known length; everything after is preceded by its own.
        out.extend_from_slice(self.id.as_bytes());
        out.extend_from_slice(practice_id.0.as_bytes());
        out.extend_from_slice(&self.at.to_be_bytes());
        push(out, Some(self.action.as_bytes()));
        push(out, self.user_id.as_ref().map(|id| &id.as_bytes()[..]));
        push(out, Some(self.actor.as_bytes()));
        push(out, self.client_id.as_ref().map(|id| &id.as_bytes()[..]));
        push(out, Some(self.subject.as_bytes()));
        push(out, self.subject_id.as_ref().map(|id| &id.as_bytes()[..]));
        push(out, Some(self.outcome.as_bytes()));
        push(out, Some(self.request_id.as_bytes()));
        push(out, self.detail.map(str::as_bytes));
        if has_any {
            for field in circumstances {
                push(out, field);
            }
        }
    }

    /// The same with what was found out and computed while it was written: the whole row.
    pub(super) fn encode_as_stored(&self, practice_id: PracticeId, out: &mut Vec<u8>) {
        self.encode_as_written(practice_id, out);
        push(out, self.emergency_id.as_ref().map(|id| &id.as_bytes()[..]));
        push(out, self.mac);
    }
}

fn push(out: &mut Vec<u8>, field: Option<&[u8]>) {
    let length = field.map_or(ABSENT, |field| field.len() as u32);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(field.unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Owned {
        ids: (u128, [Option<u128>; 5]),
        at: i64,
        texts: [String; 5],
        /// The detail and the circumstances.
        some: [Option<String>; 4],
        mac: Option<Vec<u8>>,
    }

    impl Owned {
        fn encode(&self) -> Vec<u8> {
            let [action, actor, subject, outcome, request_id] = &self.texts;
            let [detail, network, role, purpose] = &self.some;
            let (id, [user_id, client_id, subject_id, emergency_id, session_id]) = self.ids;
            let row = Row {
                id: Uuid::from_u128(id),
                at: self.at,
                action,
                user_id: user_id.map(Uuid::from_u128),
                actor,
                client_id: client_id.map(Uuid::from_u128),
                subject,
                subject_id: subject_id.map(Uuid::from_u128),
                outcome,
                request_id,
                detail: detail.as_deref(),
                network: network.as_deref(),
                role: role.as_deref(),
                purpose: purpose.as_deref(),
                session_id: session_id.map(Uuid::from_u128),
                emergency_id: emergency_id.map(Uuid::from_u128),
                mac: self.mac.as_deref(),
            };
            let mut out = vec![9; 3];
            row.encode_as_stored(PracticeId(Uuid::nil()), &mut out);
            out
        }
    }

    // Few different values, so that two rows often differ only in where something stands.
    fn id() -> impl Strategy<Value = Option<u128>> {
        prop_oneof![Just(None), (0_u128..3).prop_map(Some)]
    }

    fn row() -> impl Strategy<Value = Owned> {
        let ids = (0_u128..3, prop::array::uniform5(id()));
        let texts = prop::array::uniform5("[ab]{0,3}");
        let some = prop::array::uniform4(prop::option::of("[ab]{0,2}"));
        let mac = prop::option::of(prop::collection::vec(0_u8..2, 0..3));
        (ids, -2_i64..2, texts, some, mac).prop_map(|(ids, at, texts, some, mac)| Owned {
            ids,
            at,
            texts,
            some,
            mac,
        })
    }

    proptest! {
        #[test]
        fn two_rows_have_the_same_bytes_only_if_they_are_the_same(one in row(), other in row()) {
            prop_assert_eq!(one == other, one.encode() == other.encode());
        }

        #[test]
        fn what_slides_from_one_text_into_the_next_shows(mut one in row(), from in 0_usize..4) {
            let other = one.clone();
            if let Some(last) = one.texts[from].pop() {
                one.texts[from + 1].insert(0, last);
                prop_assert_ne!(one.encode(), other.encode());
            }
        }
    }

    #[test]
    fn an_empty_text_is_not_none() {
        let one = Owned {
            ids: (1, [None; 5]),
            at: 0,
            texts: Default::default(),
            some: Default::default(),
            mac: None,
        };
        for place in 0..one.some.len() {
            let mut other = one.clone();
            other.some[place] = Some(String::new());
            assert_ne!(one.encode(), other.encode());
        }
    }

    /// What was written before there were circumstances: its code is kept in databases.
    #[test]
    fn a_row_without_circumstances_has_the_bytes_that_it_always_had() {
        let row = Owned {
            ids: (1, [Some(2), None, None, None, None]),
            at: 3,
            texts: ["ab", "c", "", "d", "e"].map(str::to_owned),
            some: Default::default(),
            mac: Some(vec![9]),
        };
        let id = |value: u8| [[0; 15].as_slice(), &[value]].concat();
        let text = |text: &str| [&(text.len() as u32).to_be_bytes(), text.as_bytes()].concat();
        let none = [255; 4].to_vec();
        let expected = [
            vec![1],
            id(1),
            id(0),
            3_i64.to_be_bytes().to_vec(),
            text("ab"),
            16_u32.to_be_bytes().to_vec(),
            id(2),
            text("c"),
            none.clone(),
            text(""),
            none.clone(),
            text("d"),
            text("e"),
            none.clone(),
            none,
            1_u32.to_be_bytes().to_vec(),
            vec![9],
        ];
        assert_eq!(row.encode(), expected.concat());
    }
}
