//! Sends sound in pieces, and goes on where it stopped: after a pause, a lost network, or a reload.

use leptos::{prelude::*, task::spawn_local};
use shared::{EncounterId, RecordingId, errors::ErrorCode};
use web_sys::{AbortController, File};

use super::{Capture, Doing, Sending, SendingState, Sound, remembered::Remembered};
use crate::{
    api::{Failure, Piece, SignedIn, browser},
    logic::{
        backoff,
        upload::{Progress, SMALLEST, next_piece},
    },
};

/// Why sending stopped before the end.
enum Stopped {
    ByPerson,
    Refused(Failure),
}

impl Capture {
    /// Sends a file that was chosen or dropped.
    pub fn send_file(self, encounter: EncounterId, file: &File) {
        let sound = Sound {
            blob: file.clone().into(),
            name: file.name(),
            kind: file.type_(),
            modified: file.last_modified(),
        };
        self.encounter.set(Some(encounter));
        self.sound.set_value(Some(sound));
        self.send();
    }

    /// Whether choosing the same file again would go on with an earlier upload.
    pub fn has_unfinished(encounter: EncounterId) -> bool {
        Remembered::is_there(encounter)
    }

    /// Sends, or goes on sending.
    pub fn send(self) {
        if self.upstream.with_value(Option::is_some) {
            self.send_upstream();
        } else {
            self.send_chosen();
        }
    }

    fn send_chosen(self) {
        let (Some(encounter), Some(sound), Ok(controller)) =
            (self.encounter.get_untracked(), self.sound.get_value(), AbortController::new())
        else {
            return;
        };
        self.stop_sending.set_value(Some(controller.clone()));
        let total = sound.blob.size() as u64;
        let known = match self.doing.get_untracked() {
            Doing::Sending(sending) => sending.progress.sent,
            _ => 0,
        };
        self.doing.set(Doing::Sending(Sending {
            progress: Progress { sent: known, total, speed: 0.0 },
            state: SendingState::Moving,
            resumed: false,
        }));
        spawn_local(async move {
            match self.send_all(encounter, &sound, &controller).await {
                Ok(recording) => {
                    Remembered::forget(encounter);
                    self.sound.set_value(None);
                    self.doing.set(Doing::Done(recording));
                }
                Err(Stopped::ByPerson) => {}
                Err(Stopped::Refused(failure)) => {
                    if !matches!(failure.code(), Some(ErrorCode::SessionExpired | ErrorCode::Unauthenticated))
                    {
                        Remembered::forget(encounter);
                    }
                    self.update(|sending| sending.state = SendingState::Refused(failure));
                }
            }
        });
    }

    /// Stops for now.
    pub fn pause_sending(self) {
        self.abort();
        self.update(|sending| sending.state = SendingState::Paused);
    }

    /// Gives up, and tells the server to forget what it has.
    pub fn cancel_sending(self) {
        self.abort();
        self.discard_upstream();
        if let (Some(encounter), Some(sound)) = (self.encounter.get_untracked(), self.sound.get_value()) {
            if let Some(found) = Remembered::find(encounter, sound.blob.size() as u64, sound.modified) {
                let api = SignedIn::of(self.session);
                spawn_local(async move {
                    // An upload that stays behind expires by itself.
                    let _ = api.delete_upload(&found.path).await;
                });
            }
            Remembered::forget(encounter);
        }
        self.clear();
    }

    fn abort(self) {
        if let Some(controller) = self.stop_sending.try_update_value(Option::take).flatten() {
            controller.abort();
        }
    }

    pub(super) fn update(self, change: impl FnOnce(&mut Sending)) {
        self.doing.update(|doing| {
            if let Doing::Sending(sending) = doing {
                change(sending);
            }
        });
    }

    async fn send_all(
        self,
        encounter: EncounterId,
        sound: &Sound,
        controller: &AbortController,
    ) -> Result<RecordingId, Stopped> {
        let api = SignedIn::of(self.session);
        let total = sound.blob.size() as u64;
        let mut place: Option<(String, u64)> = None;
        let mut piece_size = SMALLEST;
        let mut attempt = 0;
        loop {
            let step = match &place {
                None => self.find_place(api, encounter, sound).await,
                Some((path, offset)) => {
                    let end = (offset + piece_size).min(total);
                    let piece = sound
                        .blob
                        .slice_with_f64_and_f64(*offset as f64, end as f64)
                        .map_err(|_js| Stopped::Refused(Failure::Unreachable))?;
                    let begun = browser::now_ms();
                    let cancel = Some(controller.signal());
                    let piece =
                        Piece { offset: *offset, bytes: &piece, checksum: None, ends_at: None, cancel };
                    let sent = api.send_piece(path, piece).await;
                    sent.map(|(now, recording)| {
                        let took = browser::now_ms() - begun;
                        let bytes = now.saturating_sub(*offset);
                        piece_size = next_piece(bytes, took);
                        self.update(|sending| sending.progress = sending.progress.after(bytes, took));
                        (path.clone(), now, recording)
                    })
                }
            };
            if controller.signal().aborted() {
                return Err(Stopped::ByPerson);
            }
            match step {
                Ok((_, _, Some(recording))) => return Ok(recording),
                Ok((path, now, None)) => {
                    attempt = 0;
                    self.update(|sending| {
                        sending.progress.sent = now;
                        sending.state = SendingState::Moving;
                    });
                    if now >= total && total > 0 {
                        // Everything is there, but the answer that names the recording was lost.
                        place = None;
                        browser::sleep_ms(backoff::delay_ms(1, browser::chance())).await;
                    } else {
                        place = Some((path, now));
                    }
                }
                Err(Failure::Left) => return Err(Stopped::ByPerson),
                Err(failure) if failure.is_passing() || failure.is(ErrorCode::UploadOffset) => {
                    self.update(|sending| sending.state = SendingState::Waiting);
                    browser::sleep_ms(backoff::delay_ms(attempt, browser::chance())).await;
                    attempt += 1;
                    place = None;
                }
                Err(failure) => return Err(Stopped::Refused(failure)),
            }
        }
    }

    /// Where to send next: where the server is with this file, or a new upload.
    async fn find_place(
        self,
        api: SignedIn,
        encounter: EncounterId,
        sound: &Sound,
    ) -> Result<(String, u64, Option<RecordingId>), Failure> {
        let size = sound.blob.size() as u64;
        let modified = sound.modified;
        if let Some(found) = Remembered::find(encounter, size, modified) {
            match api.find_upload(&found.path).await {
                Ok(there) => {
                    self.update(|sending| sending.resumed = there.offset > 0);
                    return Ok((found.path, there.offset, there.recording));
                }
                Err(failure) if failure.is_passing() || failure == Failure::Left => return Err(failure),
                // It has expired, or another server answers now.
                Err(_) => Remembered::forget(encounter),
            }
        }
        let (path, _) = api.create_upload(encounter, &sound.name, &sound.kind, Some(size)).await?;
        Remembered::keep(encounter, &path, size, modified);
        Ok((path, 0, None))
    }
}
