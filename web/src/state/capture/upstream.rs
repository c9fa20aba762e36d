//! Sound on its way to the server while a session is being recorded: kept here, sealed, from the moment it was heard; sent
//! every few seconds; forgotten here when the server says that it has it.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use js_sys::Uint8Array;
use leptos::{prelude::*, task::spawn_local};
use shared::{EncounterId, RecordingId, errors::ErrorCode};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::{
    Arrival, Capture, Doing, Sending, SendingState,
    kept::{Kept, OnlyTab, Record, Seal, checksum},
};
use crate::{
    api::{Failure, Piece, SignedIn, blob, browser},
    logic::{backoff, upload::Progress, webm::Joiner},
};

/// So many pieces go together: about five seconds of sound.
const TOGETHER: usize = 5;
/// The most that is sent at once, after the connection was gone for long.
const MOST: usize = 1024 * 1024;
/// A proxy that refuses less than this would refuse everything.
const LEAST: usize = 32 * 1024;
/// While people speak, the connection is tried at least every eight seconds.
const MOST_ATTEMPTS: u32 = 4;

/// The sound of one session on its way.
#[derive(Debug)]
pub(super) struct Upstream {
    pub encounter: EncounterId,
    pub kind: String,
    user: String,
    path: String,
    /// Where pieces are kept, if this browser can.
    shelf: Option<(Kept, Seal)>,
    pub joiner: RefCell<Joiner>,
    /// What the recorder wrote and was not looked at yet.
    incoming: RefCell<VecDeque<Blob>>,
    /// What the server lacks, by its place.
    queue: RefCell<VecDeque<(u64, Vec<u8>)>>,
    /// Bytes in all.
    end: Cell<u64>,
    received: Cell<u64>,
    is_reading: Cell<bool>,
    is_sending: Cell<bool>,
    /// Whether nothing more is recorded.
    pub is_over: Cell<bool>,
    /// Whether it was given up.
    is_discarded: Cell<bool>,
    _only_tab: Option<OnlyTab>,
}

impl Upstream {
    /// Asks the server for a place for what is going to be recorded.
    pub async fn begin(
        api: SignedIn,
        user: String,
        encounter: EncounterId,
        kind: String,
    ) -> Result<Self, Failure> {
        let name = if kind.contains("mp4") { "session.m4a" } else { "session.webm" };
        let only_tab = OnlyTab::take().await;
        let (path, lent) = api.create_upload(encounter, name, &kind, None).await?;
        // Another tab's recording would be taken for one that was cut off.
        let shelf = match (&only_tab, lent) {
            (Some(_), Some(lent)) => shelf(encounter, &lent).await,
            _ => None,
        };
        let record = Record { encounter, user, path, kind, elapsed_ms: 0.0, ends_ms: None, end: 0 };
        Ok(Self::of(record, Joiner::first(), shelf, only_tab))
    }

    /// What was cut off on this computer, if it is this person's and goes on somewhere: with how long it had become.
    /// The rest of the bytes is queued.
    pub async fn find(api: SignedIn, user: &str) -> Result<Option<(Self, f64)>, Failure> {
        let Some(only_tab) = OnlyTab::take().await else { return Ok(None) };
        let Some(kept) = Kept::find_database().await else { return Ok(None) };
        let Some(record) = kept.find(user).await else { return Ok(None) };
        let there = match api.find_upload(&record.path).await {
            Ok(there) if there.recording.is_none() => there,
            Err(failure) if waits_for(&failure) => return Err(failure),
            // It came to its end somewhere else, or is gone: what is kept here opens no more.
            _ => {
                kept.forget(record.encounter).await;
                return Ok(None);
            }
        };
        let Some(seal) = Seal::new(record.encounter, &there.key.unwrap_or_default()).await else {
            return Ok(None);
        };
        let mut queue = VecDeque::new();
        for row in kept.pieces(record.encounter).await.unwrap_or_default().iter() {
            let Some((offset, bytes)) = seal.open(&row).await else { continue };
            if offset >= there.offset {
                queue.push_back((offset, bytes));
            }
        }
        let elapsed_ms = record.elapsed_ms;
        let joiner = record.ends_ms.map_or_else(Joiner::as_it_is, Joiner::after);
        let upstream = Self::of(record, joiner, Some((kept, seal)), Some(only_tab));
        upstream.received.set(there.offset);
        upstream.end.set(upstream.end.get().max(there.offset));
        upstream.queue.replace(queue);
        Ok(Some((upstream, elapsed_ms)))
    }

    fn of(record: Record, joiner: Joiner, shelf: Option<(Kept, Seal)>, only_tab: Option<OnlyTab>) -> Self {
        Self {
            encounter: record.encounter,
            kind: record.kind,
            user: record.user,
            path: record.path,
            shelf,
            joiner: RefCell::new(joiner),
            incoming: RefCell::default(),
            queue: RefCell::default(),
            end: Cell::new(record.end),
            received: Cell::new(0),
            is_reading: Cell::new(false),
            is_sending: Cell::new(false),
            is_over: Cell::new(false),
            is_discarded: Cell::new(false),
            _only_tab: only_tab,
        }
    }

    /// Whether nothing was recorded yet.
    pub fn is_empty(&self) -> bool {
        self.end.get() == 0
    }

    pub fn arrival(&self, waits: bool) -> Arrival {
        Arrival {
            received: self.received.get(),
            recorded: self.end.get(),
            waits,
            is_kept: self.shelf.is_some(),
        }
    }

    /// Whether all that was recorded has been looked at.
    fn is_whole(&self) -> bool {
        self.is_over.get() && !self.is_reading.get() && self.incoming.borrow().is_empty()
    }

    /// What to send next: where it belongs, the bytes, and the length of all if it ends with them.
    fn next(&self, most: usize, at_once: bool) -> Option<(u64, Vec<u8>, Option<u64>)> {
        let queue = self.queue.borrow();
        let is_whole = self.is_whole();
        let Some((offset, _)) = queue.front() else {
            let end = self.end.get();
            return is_whole.then(|| (end, Vec::new(), Some(end)));
        };
        if queue.len() < TOGETHER && !is_whole && !at_once {
            return None;
        }
        let mut bytes = Vec::new();
        for (_, piece) in queue.iter() {
            if !bytes.is_empty() && bytes.len() + piece.len() > most {
                break;
            }
            bytes.extend_from_slice(piece);
        }
        let end = offset + bytes.len() as u64;
        Some((*offset, bytes, (is_whole && end == self.end.get()).then_some(end)))
    }

    /// The server has everything before this place. `false`: it lacks what is no longer here.
    async fn has_arrived(&self, offset: u64) -> bool {
        self.received.set(offset);
        {
            let mut queue = self.queue.borrow_mut();
            while queue.front().is_some_and(|(start, piece)| start + piece.len() as u64 <= offset) {
                queue.pop_front();
            }
            // Requests count as a whole, so that the server stops where a piece ends.
            if queue.front().map_or(offset != self.end.get(), |(start, _)| *start != offset) {
                return false;
            }
        }
        if let Some((kept, _)) = &self.shelf {
            kept.forget_before(self.encounter, offset).await;
        }
        true
    }

    /// Keeps what the recorder wrote, in its order.
    async fn read(&self, piece: &Blob, elapsed_ms: f64) {
        let Ok(buffer) = JsFuture::from(piece.array_buffer()).await else { return };
        let bytes = self.joiner.borrow_mut().take(&Uint8Array::new(&buffer).to_vec());
        if bytes.is_empty() {
            return;
        }
        let offset = self.end.get();
        let end = offset + bytes.len() as u64;
        if let Some((kept, seal)) = &self.shelf
            && let Some(sealed) = seal.seal(offset, &bytes).await
        {
            let record = Record {
                encounter: self.encounter,
                user: self.user.clone(),
                path: self.path.clone(),
                kind: self.kind.clone(),
                elapsed_ms,
                ends_ms: self.joiner.borrow().ends_ms(),
                end,
            };
            kept.keep(&record, offset, sealed).await;
        }
        self.end.set(end);
        self.queue.borrow_mut().push_back((offset, bytes));
    }
}

async fn shelf(encounter: EncounterId, lent: &str) -> Option<(Kept, Seal)> {
    let kept = Kept::open().await?;
    let seal = Seal::new(encounter, lent).await?;
    // So that the browser does not clear it away when its disk runs full; it may say no.
    if let Some(storage) = browser::property(&browser::window().navigator(), "storage") {
        browser::call(&storage, "persist", &[]);
    }
    Some((kept, seal))
}

impl Capture {
    /// The recorder wrote something.
    pub(super) fn heard(self, upstream: &Rc<Upstream>, piece: Blob) {
        upstream.incoming.borrow_mut().push_back(piece);
        if upstream.is_reading.replace(true) {
            return;
        }
        let upstream = Rc::clone(upstream);
        spawn_local(async move {
            loop {
                let Some(piece) = upstream.incoming.borrow_mut().pop_front() else { break };
                upstream.read(&piece, self.elapsed_ms.get_untracked()).await;
                self.arrival.update(|arrival| arrival.recorded = upstream.end.get());
            }
            upstream.is_reading.set(false);
            self.send_on(upstream, false);
        });
    }

    /// Sends what is there, unless that goes on already.
    pub(super) fn send_on(self, upstream: Rc<Upstream>, at_once: bool) {
        if upstream.is_discarded.get() || upstream.is_sending.replace(true) {
            return;
        }
        spawn_local(async move {
            let sent = self.send_pieces(&upstream, at_once).await;
            upstream.is_sending.set(false);
            match sent {
                Ok(None) => {}
                Ok(Some(recording)) => self.all_arrived(&upstream, recording).await,
                Err(_) if upstream.is_discarded.get() => {}
                Err(failure) => self.not_taken(&upstream, failure),
            }
        });
    }

    async fn send_pieces(self, upstream: &Upstream, at_once: bool) -> Result<Option<RecordingId>, Failure> {
        let api = SignedIn::of(self.session);
        let (mut most, mut attempt) = (MOST, 0);
        while !upstream.is_discarded.get()
            && let Some((offset, bytes, ends_at)) = upstream.next(most, at_once)
        {
            let sum = checksum(&bytes).await;
            let begun = browser::now_ms();
            let body = blob(&bytes)?;
            let piece = Piece { offset, bytes: &body, checksum: sum, ends_at, cancel: None };
            match api.send_piece(&upstream.path, piece).await {
                Ok((_, Some(recording))) => return Ok(Some(recording)),
                Ok((now, None)) => {
                    attempt = 0;
                    if !upstream.has_arrived(now).await {
                        return Err(Failure::Unexpected(204));
                    }
                    self.tell(upstream, false, bytes.len() as u64, browser::now_ms() - begun);
                }
                Err(failure) if is_too_much(&failure) && bytes.len() > LEAST => most = bytes.len() / 2,
                Err(failure) if failure.is(ErrorCode::UploadOffset) => {
                    // An answer was lost: the server says where it is.
                    match api.find_upload(&upstream.path).await {
                        Ok(there) if there.recording.is_some() => return Ok(there.recording),
                        Ok(there) if there.offset != offset => {
                            if !upstream.has_arrived(there.offset).await {
                                return Err(failure);
                            }
                        }
                        Ok(_) => return Err(failure),
                        Err(other) if waits_for(&other) => self.wait(upstream, &mut attempt).await,
                        Err(other) => return Err(other),
                    }
                }
                Err(failure) if waits_for(&failure) => self.wait(upstream, &mut attempt).await,
                Err(failure) => return Err(failure),
            }
        }
        Ok(None)
    }

    async fn wait(self, upstream: &Upstream, attempt: &mut u32) {
        self.tell(upstream, true, 0, 0.0);
        browser::sleep_ms(backoff::delay_ms((*attempt).min(MOST_ATTEMPTS), browser::chance())).await;
        *attempt += 1;
    }

    fn tell(self, upstream: &Upstream, waits: bool, bytes: u64, took_ms: f64) {
        self.arrival.set(upstream.arrival(waits));
        self.update(|sending| {
            sending.progress = sending.progress.after(bytes, took_ms);
            sending.progress.sent = upstream.received.get();
            sending.progress.total = upstream.end.get();
            sending.state = if waits { SendingState::Waiting } else { SendingState::Moving };
        });
    }

    /// Nothing more is recorded: the rest is sent, and the recording made.
    pub(super) fn send_upstream(self) {
        let Some(upstream) = self.upstream.get_value() else { return };
        upstream.is_over.set(true);
        let progress = Progress { sent: upstream.received.get(), total: upstream.end.get(), speed: 0.0 };
        self.doing.set(Doing::Sending(Sending { progress, state: SendingState::Moving, resumed: false }));
        self.send_on(upstream, true);
    }

    async fn all_arrived(self, upstream: &Upstream, recording: RecordingId) {
        if let Some((kept, _)) = &upstream.shelf {
            kept.forget(upstream.encounter).await;
        }
        self.upstream.set_value(None);
        self.doing.set(Doing::Done(recording));
    }

    /// The server refuses, and would again: consent was taken back, say. What was said from now on is not recorded.
    fn not_taken(self, upstream: &Upstream, failure: Failure) {
        self.close_microphone();
        let progress = Progress { sent: upstream.received.get(), total: upstream.end.get(), speed: 0.0 };
        let state = SendingState::Refused(failure);
        self.doing.set(Doing::Sending(Sending { progress, state, resumed: false }));
    }

    /// Gives up a recording, here and at the server.
    pub(super) fn discard_upstream(self) {
        let Some(upstream) = self.upstream.try_update_value(Option::take).flatten() else { return };
        upstream.is_discarded.set(true);
        let api = SignedIn::of(self.session);
        spawn_local(async move {
            if let Some((kept, _)) = &upstream.shelf {
                kept.forget(upstream.encounter).await;
            }
            let _ = api.delete_upload(&upstream.path).await;
        });
    }
}

/// Whether waiting helps: for the network, or for somebody to sign in again.
fn waits_for(failure: &Failure) -> bool {
    failure.is_passing() || failure.wants_new_token() || *failure == Failure::Left
}

fn is_too_much(failure: &Failure) -> bool {
    failure.is(ErrorCode::PayloadTooLarge) || *failure == Failure::Unexpected(413)
}
