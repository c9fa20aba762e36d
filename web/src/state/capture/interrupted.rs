//! A recording that was cut off: the page was closed, the browser died, the microphone went away.

use std::rc::Rc;

use leptos::{prelude::*, task::spawn_local};

use super::{Capture, Doing, Interrupted, microphone::can_record, upstream::Upstream};
use crate::{
    api::{SignedIn, browser},
    logic::backoff,
};

impl Capture {
    /// Looks for what was cut off on this computer, and sends what is left of it.
    pub(super) fn restore(self) {
        spawn_local(async move {
            let mut attempt = 0;
            loop {
                let Some(me) = self.session.me_untracked() else { return };
                if untrack(|| self.is_busy()) {
                    return;
                }
                match Upstream::find(SignedIn::of(self.session), &me.user.id.to_string()).await {
                    Ok(Some((upstream, elapsed_ms))) => {
                        self.encounter.set(Some(upstream.encounter));
                        self.elapsed_ms.set(elapsed_ms);
                        let upstream = Rc::new(upstream);
                        self.upstream.set_value(Some(Rc::clone(&upstream)));
                        self.interrupted(&upstream);
                        return;
                    }
                    Ok(None) => return,
                    Err(_) => {
                        browser::sleep_ms(backoff::delay_ms(attempt, browser::chance())).await;
                        attempt += 1;
                    }
                }
            }
        });
    }

    /// Says so, and sends what is left.
    pub(super) fn interrupted(self, upstream: &Rc<Upstream>) {
        let joins = upstream.joiner.borrow().next_take().is_some();
        self.arrival.set(upstream.arrival(false));
        self.doing.set(Doing::Interrupted(Interrupted {
            elapsed_ms: self.elapsed_ms.get_untracked() as u64,
            can_go_on: joins && can_record(&upstream.kind),
        }));
        self.send_on(Rc::clone(upstream), true);
    }

    /// Records on, behind what is there.
    pub fn go_on(self) {
        let Some(upstream) = self.upstream.get_value() else { return };
        let Some(next) = upstream.joiner.borrow().next_take() else { return };
        upstream.joiner.replace(next);
        self.open_for(upstream);
    }

    /// Ends a recording with what is there.
    pub fn finish(self) {
        self.send_upstream();
    }
}
