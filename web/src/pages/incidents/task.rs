//! What is written down about an incident. Each has its form in one dialog, so that no two fields of a page are called the same.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;

use super::forms;
use crate::{
    api::{Call, SignedIn, read},
    components::{Dialog, Form, Input, Loaded, Work},
};

/// What is to be written down.
#[derive(Debug, Clone)]
pub struct Task {
    /// What its dialog is called.
    pub title: String,
    /// What its button says.
    pub label: &'static str,
    /// The word of its entry.
    pub entry: &'static str,
    /// What is asked for.
    pub inputs: Vec<Input>,
    /// What is known beside that, by name.
    pub known: Vec<(&'static str, String)>,
}

/// The room in which things are written down.
#[derive(Debug, Clone, Copy)]
pub struct Desk {
    incident: StoredValue<String>,
    room: Loaded<String>,
    task: RwSignal<Option<Task>>,
    open: RwSignal<bool>,
}

impl Desk {
    /// Of an incident, whose room shows what comes of it.
    pub fn new(incident: String, room: Loaded<String>) -> Self {
        Self {
            incident: StoredValue::new(incident),
            room,
            task: RwSignal::new(None),
            open: RwSignal::new(false),
        }
    }

    /// A button that begins a task; `about` tells it from others of the same name.
    pub fn button(self, name: &'static str, about: &str, task: Task) -> Drawn {
        let label = (!about.is_empty()).then(|| format!("{name}: {about}"));
        let begin = move |_| {
            self.task.set(Some(task.clone()));
            self.open.set(true);
        };
        view! { <button type="button" aria-label=label on:click=begin>{name}</button> }.drawn()
    }

    /// Adds an entry.
    pub fn add(self, work: Work, entry: &str) {
        let api = expect_context::<SignedIn>();
        let path = self.incident.with_value(|id| format!("/governance/incidents/{id}/entries"));
        work.run(api.text(Call::post(path).text(entry)), move |answer| {
            self.open.set(false);
            self.room.put(answer);
        });
    }

    /// The dialog of whatever is being written down.
    pub fn dialog(self) -> Drawn {
        changing(move || {
            self.task.get().map(|task| {
                let title = task.title.clone();
                view! {
                    <Dialog open=self.open id="task-title" title>{self.form(task.clone())}</Dialog>
                }
                .drawn()
            })
        })
        .drawn()
    }

    fn form(self, task: Task) -> Drawn {
        let work = Work::new();
        let Task { label, entry, inputs, known, .. } = task;
        let send = move |filled: String| {
            let filled = read(&filled);
            for (name, value) in &known {
                forms::set(&filled, name, &value.as_str().into());
            }
            self.add(work, &forms::sent(&filled, Some(entry)));
        };
        view! { <Form inputs label work on_send=send/> }.drawn()
    }
}
