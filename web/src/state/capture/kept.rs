//! What this browser keeps of a recording until the server has it: sealed, in the browser's own database, so that a page,
//! a browser or a computer that dies takes nothing with it. The key is the server's to lend (`Upload-Key`): what stays
//! behind on the disk opens only while somebody is signed in who may record the session.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use shared::EncounterId;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;

use crate::api::browser::{self, call, property};

const DATABASE: &str = "mindscribe";
const RECORDINGS: &str = "recordings";
const PIECES: &str = "pieces";

/// A recording of which something may not have arrived.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub encounter: EncounterId,
    /// Whose it is: other people who use this browser do not see it.
    pub user: String,
    /// Where it goes.
    pub path: String,
    pub kind: String,
    pub elapsed_ms: f64,
    /// Where the sound ends, so that more can be joined to it.
    pub ends_ms: Option<u64>,
    /// Bytes in all.
    pub end: u64,
}

/// The browser's database.
#[derive(Debug, Clone)]
pub(super) struct Kept(JsValue);

impl Kept {
    /// `None` where the browser has none to give.
    pub async fn open() -> Option<Self> {
        let factory = property(&browser::window(), "indexedDB")?;
        let request = call(&factory, "open", &[DATABASE.into(), 1.into()])?;
        let made = request.clone();
        let make = Closure::once_into_js(move || {
            if let Some(database) = property(&made, "result") {
                call(&database, "createObjectStore", &[RECORDINGS.into()]);
                call(&database, "createObjectStore", &[PIECES.into()]);
            }
        });
        Reflect::set(&request, &"onupgradeneeded".into(), &make).ok()?;
        ended(&request, "onsuccess").await?;
        property(&request, "result").map(Self)
    }

    /// The one that is there already: where nothing was recorded, nothing is left behind.
    pub async fn find_database() -> Option<Self> {
        // A browser that cannot tell is asked to open it.
        if let Some(asked) = call(&property(&browser::window(), "indexedDB")?, "databases", &[]) {
            let all: Array = settled(asked).await?.dyn_into().ok()?;
            let is_there = |one: JsValue| property(&one, "name").is_some_and(|name| name == DATABASE);
            if !all.iter().any(is_there) {
                return None;
            }
        }
        Self::open().await
    }

    /// Keeps a piece, and with it what is known of its recording; returns when it is on the disk.
    pub async fn keep(&self, record: &Record, offset: u64, sealed: JsValue) {
        let piece = [sealed, key(record.encounter, offset)];
        let what_is_known = [record.to_js(), record.encounter.to_string().into()];
        self.change(&[(PIECES, "put", &piece), (RECORDINGS, "put", &what_is_known)]).await;
    }

    /// Removes the pieces that the server has.
    pub async fn forget_before(&self, encounter: EncounterId, offset: u64) {
        self.change(&[(PIECES, "delete", &[range(encounter, offset)])]).await;
    }

    /// Removes a recording and all its pieces.
    pub async fn forget(&self, encounter: EncounterId) {
        let known = [encounter.to_string().into()];
        self.change(&[(PIECES, "delete", &[range(encounter, u64::MAX)]), (RECORDINGS, "delete", &known)])
            .await;
    }

    /// Returns when all of it is on the disk. Where the browser cannot, because its disk is full, say, the sound is still in
    /// memory and on its way.
    async fn change(&self, steps: &[(&str, &str, &[JsValue])]) {
        let Some(transaction) = self.begin() else { return };
        for (store, step, what) in steps {
            if let Some(store) = call(&transaction, "objectStore", &[(*store).into()]) {
                call(&store, step, what);
            }
        }
        ended(&transaction, "oncomplete").await;
    }

    /// A recording of this person's that did not come to its end.
    pub async fn find(&self, user: &str) -> Option<Record> {
        let all = self.all(RECORDINGS, &JsValue::UNDEFINED).await?;
        all.iter().filter_map(|row| Record::from_js(&row)).find(|record| record.user == user)
    }

    /// The pieces of a recording that are still here, in order.
    pub async fn pieces(&self, encounter: EncounterId) -> Option<Array> {
        self.all(PIECES, &range(encounter, u64::MAX)).await
    }

    async fn all(&self, store: &str, range: &JsValue) -> Option<Array> {
        let store = call(&self.begin()?, "objectStore", &[store.into()])?;
        let request = call(&store, "getAll", std::slice::from_ref(range))?;
        ended(&request, "onsuccess").await?;
        property(&request, "result")?.dyn_into().ok()
    }

    fn begin(&self) -> Option<JsValue> {
        let both = Array::of2(&RECORDINGS.into(), &PIECES.into());
        // On the disk, and not only on its way there, when the browser says that it is done.
        let strict = Object::new();
        Reflect::set(&strict, &"durability".into(), &"strict".into()).ok()?;
        call(&self.0, "transaction", &[both.into(), "readwrite".into(), strict.into()])
    }
}

impl Record {
    fn to_js(&self) -> JsValue {
        let ends = self.ends_ms.map_or(JsValue::NULL, |ends| JsValue::from(ends as f64));
        let fields: [JsValue; 7] = [
            self.encounter.to_string().into(),
            self.user.as_str().into(),
            self.path.as_str().into(),
            self.kind.as_str().into(),
            self.elapsed_ms.into(),
            ends,
            (self.end as f64).into(),
        ];
        fields.iter().collect::<Array>().into()
    }

    fn from_js(row: &JsValue) -> Option<Self> {
        let row: &Array = row.dyn_ref()?;
        Some(Self {
            encounter: row.get(0).as_string()?.parse().ok()?,
            user: row.get(1).as_string()?,
            path: row.get(2).as_string()?,
            kind: row.get(3).as_string()?,
            elapsed_ms: row.get(4).as_f64()?,
            ends_ms: row.get(5).as_f64().map(|ends| ends as u64),
            end: row.get(6).as_f64()? as u64,
        })
    }
}

/// Seals pieces with AES-256-GCM; each is bound to its place in its recording.
#[derive(Debug, Clone)]
pub(super) struct Seal {
    subtle: JsValue,
    key: JsValue,
    encounter: EncounterId,
}

impl Seal {
    /// With the key that the server has lent. `None` where the browser has no cryptography: not served over https.
    pub async fn new(encounter: EncounterId, lent: &str) -> Option<Self> {
        let subtle = property(&property(&browser::window(), "crypto")?, "subtle")?;
        let bytes: Vec<u8> = browser::window().atob(lent).ok()?.chars().map(|letter| letter as u8).collect();
        let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
        let raw = Uint8Array::from(&bytes[..]).into();
        // It cannot be taken out again.
        let asked =
            call(&subtle, "importKey", &["raw".into(), raw, "AES-GCM".into(), false.into(), uses.into()]);
        let key = settled(asked?).await?;
        Some(Self { subtle, key, encounter })
    }

    /// A piece as it is kept: its place, its nonce, and itself, sealed.
    pub async fn seal(&self, offset: u64, bytes: &[u8]) -> Option<JsValue> {
        let nonce = Uint8Array::new_with_length(12);
        let crypto = browser::window().crypto().ok()?;
        crypto.get_random_values_with_array_buffer_view(&nonce).ok()?;
        let how = self.how(offset, &nonce)?;
        let asked = call(&self.subtle, "encrypt", &[how, self.key.clone(), Uint8Array::from(bytes).into()])?;
        let sealed = settled(asked).await?;
        Some(Array::of3(&(offset as f64).into(), &nonce, &sealed).into())
    }

    /// A piece that was kept, and its place.
    pub async fn open(&self, kept: &JsValue) -> Option<(u64, Vec<u8>)> {
        let kept: &Array = kept.dyn_ref()?;
        let offset = kept.get(0).as_f64()? as u64;
        let how = self.how(offset, kept.get(1).dyn_ref()?)?;
        let asked = call(&self.subtle, "decrypt", &[how, self.key.clone(), kept.get(2)])?;
        Some((offset, Uint8Array::new(&settled(asked).await?).to_vec()))
    }

    fn how(&self, offset: u64, nonce: &Uint8Array) -> Option<JsValue> {
        let place = format!("{} {offset}", self.encounter);
        let how = Object::new();
        for (name, value) in [
            ("name", "AES-GCM".into()),
            ("iv", nonce.into()),
            ("additionalData", Uint8Array::from(place.as_bytes()).into()),
        ] {
            Reflect::set(&how, &name.into(), &value).ok()?;
        }
        Some(how.into())
    }
}

/// SHA-256 in base64, where the browser has it.
pub(super) async fn checksum(bytes: &[u8]) -> Option<String> {
    let subtle = property(&property(&browser::window(), "crypto")?, "subtle")?;
    let asked = call(&subtle, "digest", &["SHA-256".into(), Uint8Array::from(bytes).into()])?;
    let sum = Uint8Array::new(&settled(asked).await?).to_vec();
    browser::window().btoa(&sum.into_iter().map(char::from).collect::<String>()).ok()
}

/// That this tab records, and no other of this browser.
#[derive(Debug)]
pub(super) struct OnlyTab(js_sys::Function);

impl OnlyTab {
    /// `None` when another tab does. The browser takes it back when the tab is gone, however it went.
    pub async fn take() -> Option<Self> {
        let locks = property(&browser::window().navigator(), "locks")?;
        let wish = Object::new();
        Reflect::set(&wish, &"ifAvailable".into(), &true.into()).ok()?;
        let answered = Promise::new(&mut |answer, _| {
            let given = Closure::once_into_js(move |lock: JsValue| {
                let mut release = JsValue::NULL;
                let held = Promise::new(&mut |resolve, _| release = resolve.into());
                let _ = answer.call1(&JsValue::NULL, &if lock.is_null() { JsValue::NULL } else { release });
                if lock.is_null() { JsValue::NULL } else { held.into() }
            });
            call(&locks, "request", &["mindscribe.recording".into(), wish.clone().into(), given]);
        });
        JsFuture::from(answered).await.ok()?.dyn_into().ok().map(Self)
    }
}

impl Drop for OnlyTab {
    fn drop(&mut self) {
        let _ = self.0.call0(&JsValue::NULL);
    }
}

fn key(encounter: EncounterId, offset: u64) -> JsValue {
    Array::of2(&encounter.to_string().into(), &(offset as f64).into()).into()
}

/// The pieces of a recording that begin before a place.
fn range(encounter: EncounterId, before: u64) -> JsValue {
    let ranges = property(&browser::window(), "IDBKeyRange").unwrap_or_default();
    let ends = [key(encounter, 0), key(encounter, before), false.into(), true.into()];
    call(&ranges, "bound", &ends).unwrap_or_default()
}

/// Waits until a request of the database, or a transaction, has ended well.
async fn ended(of: &JsValue, well: &str) -> Option<()> {
    let promise = Promise::new(&mut |resolve, reject| {
        for (event, then) in [(well, &resolve), ("onerror", &reject), ("onabort", &reject)] {
            let _ = Reflect::set(of, &event.into(), then);
        }
    });
    JsFuture::from(promise).await.ok().map(drop)
}

async fn settled(promise: JsValue) -> Option<JsValue> {
    JsFuture::from(promise.dyn_into::<Promise>().ok()?).await.ok()
}
