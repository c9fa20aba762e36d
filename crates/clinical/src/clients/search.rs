//! Finding clients whose names are sealed: by keyed hashes of how their names begin (ADR 24).

use std::collections::BTreeSet;

use crypto::MacKey;
use shared::{Phi, clients::ClientView};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// 64 bits: in a practice of 100,000 clients one search in ten million million finds a stranger, who is left out when
/// they are opened.
const MARK_LEN: usize = 8;
/// Beginnings of fewer letters would say little to whoever searches and much to whoever counts; a name of one letter is
/// found by it.
const SHORTEST: usize = 2;
/// What is typed beyond is compared when the client is opened.
const LONGEST: usize = 10;
/// Each takes a subquery; further words are compared when the client is opened.
const WORDS_ASKED: usize = 6;

/// A keyed hash by which a client is found.
pub type Mark = Vec<u8>;

/// What somebody has typed to find a client.
#[derive(Debug)]
pub struct Search {
    words: Vec<Phi<String>>,
    whole: Phi<String>,
}

impl Search {
    /// `None` when nothing was typed.
    pub fn read(typed: &Phi<String>) -> Option<Self> {
        let whole = folded(typed.reveal().trim());
        (!whole.is_empty()).then(|| Self {
            words: words(&whole).into_iter().map(Phi::new).collect(),
            whole: Phi::new(whole),
        })
    }

    /// The marks of the names that are meant, all of which a client has.
    pub fn names(&self, key: &MacKey) -> Vec<Mark> {
        let begins =
            |word: &Phi<String>| mark(key, "name", &word.reveal().chars().take(LONGEST).collect::<String>());
        self.words.iter().take(WORDS_ASKED).map(begins).collect()
    }

    /// The marks of the e-mail and the external id that may be meant, one of which a client has.
    pub fn others(&self, key: &MacKey) -> [Mark; 2] {
        [mark(key, "email", self.whole.reveal()), mark(key, "external id", self.whole.reveal())]
    }

    /// Whether an opened client is meant: every word begins one of their names, or it is their e-mail or external id.
    pub fn means(&self, client: &ClientView) -> bool {
        let is_whole = |text: &Phi<String>| folded(text.reveal().trim()) == *self.whole.reveal();
        let names = names_of(client);
        let begins = |word: &Phi<String>| names.iter().any(|name| name.starts_with(word.reveal().as_str()));
        self.words.iter().all(begins)
            || [&client.email, &client.external_id].into_iter().flatten().any(is_whole)
    }
}

/// Everything a client is found by.
pub fn marks_of(key: &MacKey, client: &ClientView) -> BTreeSet<Mark> {
    let names = names_of(client);
    let beginnings = names.iter().flat_map(|name| beginnings(name)).map(|text| mark(key, "name", text));
    let others = [("email", &client.email), ("external id", &client.external_id)];
    let others = others
        .into_iter()
        .filter_map(|(kind, text)| text.as_ref().map(|text| mark(key, kind, &folded(text.reveal().trim()))));
    beginnings.chain(others).collect()
}

fn names_of(client: &ClientView) -> Vec<String> {
    [&client.given_name, &client.family_name]
        .into_iter()
        .flat_map(|name| words(&folded(name.reveal())))
        .collect()
}

/// Without accents and case: `É`, `e` and `e` with a combining accent are found by each other.
fn folded(text: &str) -> String {
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

/// The words of a folded text; all of it where it has none, as of a name that is a sign.
fn words(folded: &str) -> Vec<String> {
    let words: Vec<String> = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let all = folded.trim();
    if words.is_empty() && !all.is_empty() { vec![all.to_owned()] } else { words }
}

fn beginnings(word: &str) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = word.char_indices().skip(1).map(|(end, _)| end).chain([word.len()]).collect();
    let from = (SHORTEST - 1).min(ends.len() - 1);
    ends.into_iter().take(LONGEST).skip(from).map(|end| &word[..end])
}

fn mark(key: &MacKey, kind: &str, text: &str) -> Mark {
    // No kind holds the byte between them.
    let message = [kind.as_bytes(), &[0], text.as_bytes()].concat();
    key.mac(&message)[..MARK_LEN].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginnings_of(word: &str) -> Vec<&str> {
        beginnings(word).collect()
    }

    #[test]
    fn a_name_is_found_by_its_beginnings_of_two_to_ten_letters() {
        assert_eq!(beginnings_of("ada"), ["ad", "ada"]);
        assert_eq!(beginnings_of("李"), ["李"]);
        assert_eq!(beginnings_of("ελένη")[0], "ελ");
        assert_eq!(beginnings_of("wolfeschlegelstein").last(), Some(&"wolfeschle"));
    }

    #[test]
    fn the_same_name_has_other_marks_under_another_key() {
        let of = |owner| {
            let (key, _) = crypto::KeyRing::for_testing().new_data_key(uuid::Uuid::from_u128(owner), 1);
            let key = key.mac_key("client marks");
            ["ada", "lovelace"].map(|name| mark(&key, "name", name))
        };
        assert!(of(1).iter().all(|mark| !of(2).contains(mark)));
    }

    #[test]
    fn a_kind_cannot_pass_for_another() {
        let (key, _) = crypto::KeyRing::for_testing().new_data_key(uuid::Uuid::nil(), 1);
        let key = key.mac_key("client marks");
        assert_ne!(mark(&key, "name", "ada@example.com"), mark(&key, "email", "ada@example.com"));
    }

    #[test]
    fn accents_case_and_composition_do_not_matter() {
        for (one, other) in
            [("Élodie", "elodie"), ("E\u{301}LODIE", "élodie"), ("ＡＤＡ", "ada"), ("Ångström", "angstrom")]
        {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_no_word_is_found_as_it_is() {
        assert_eq!(words("o'neil-smith"), ["o", "neil", "smith"]);
        assert_eq!(words(" — "), ["—"]);
        assert!(Search::read(&Phi::new("  ".to_owned())).is_none());
    }
}
