//! A form described by its fields: drawn, read and sent as JSON by code that exists once, whatever it is about.

use crate::drawn::{Draw, Drawn, changing};
use js_sys::{JSON, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

use super::{Refusal, Submit, Work};
use crate::api::browser;

/// What a field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// One line, of this `type` of input: `text`, `email`, `date`, `number`.
    Line(&'static str),
    /// One line, which may be one of these.
    Suggested(Vec<String>),
    /// Several lines.
    Lines,
    /// Yes or no.
    Check,
    /// One of these words, each with what it is called.
    One(Vec<(String, String)>),
    /// Any of these words, each with what it is called.
    Any(Vec<(String, String)>),
}

/// One field.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its name in the request.
    pub name: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// What helps to fill it in.
    pub hint: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// What it begins with: `true` for a check, words with commas between them for any of several.
    pub value: String,
    /// Whether it may stay empty, which is sent as `null`.
    pub optional: bool,
}

impl Kind {
    /// One of these words.
    pub fn one_of(words: &[(&str, &str)]) -> Self {
        Self::One(words.iter().map(|(word, text)| ((*word).to_owned(), (*text).to_owned())).collect())
    }
}

impl Input {
    /// A field that is empty and has to be filled in.
    pub fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self { name, label, hint: "", kind, value: String::new(), optional: false }
    }

    /// A day; today, until another is chosen.
    pub fn today(name: &'static str, label: &'static str) -> Self {
        let value = browser::now_utc().map(|now| now.date_naive().to_string()).unwrap_or_default();
        Self { value, ..Self::new(name, label, Kind::Line("date")) }
    }
}

/// The form.
#[component]
pub fn Form(
    /// What is asked for.
    inputs: Vec<Input>,
    /// What its button says.
    label: &'static str,
    /// The work that sending it begins.
    work: Work,
    /// Whether only what was changed is sent.
    #[prop(optional)]
    only_changes: bool,
    /// Called with the fields as JSON.
    #[prop(into)]
    on_send: Callback<String>,
) -> impl IntoView {
    let drawn: Vec<Drawn> = inputs.iter().map(|input| field(input, work)).collect();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(form) = event.target() else { return };
        on_send.run(read(form.unchecked_ref(), &inputs, only_changes));
    };
    view! {
        <form on:submit=submit>
            <div class="columns">{drawn}</div>
            <Refusal of=work.failure()/>
            <div class="actions"><Submit label work/></div>
        </form>
    }
    .drawn()
}

fn field(input: &Input, work: Work) -> Drawn {
    let Input { name, label, hint, value, optional, .. } = input.clone();
    let control = match input.kind.clone() {
        Kind::Line(kind) => line(input, kind, None),
        Kind::Suggested(words) => line(input, "text", Some(words)),
        Kind::Lines => {
            view! { <textarea id=name name=name rows="4" required=!optional prop:value=value></textarea> }
                .drawn()
        }
        Kind::Check => {
            return view! {
                <label class="check">
                    <input type="checkbox" name=name prop:checked=value == "true"/>
                    <span>{label}<small class="hint">{hint}</small></span>
                </label>
            }
            .drawn();
        }
        Kind::One(words) => {
            let option = move |(word, text): (String, String)| {
                let selected = word == value;
                view! { <option value=word selected=selected>{text}</option> }.drawn()
            };
            view! { <select id=name name=name>{words.into_iter().map(option).collect_view()}</select> }
                .drawn()
        }
        Kind::Any(words) => {
            let chosen: Vec<String> = value.split(',').map(str::to_owned).collect();
            let check = move |(word, text): (String, String)| {
                let checked = chosen.contains(&word);
                view! { <label class="check"><input type="checkbox" name=name value=word prop:checked=checked/>{text}</label> }.drawn()
            };
            return view! {
                <fieldset class="wide">
                    <legend>{label}</legend>
                    <div class="columns">{words.into_iter().map(check).collect_view()}</div>
                </fieldset>
            }
            .drawn();
        }
    };
    let problem = work.about(name);
    view! {
        <div class="field">
            <label for=name>{label}{optional.then(|| view! { <span class="optional">" optional"</span> })}</label>
            {control}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            {changing(move || problem.get().map(|text| view! { <p class="problem" role="alert">{text}</p> }))}
        </div>
    }
    .drawn()
}

fn line(input: &Input, kind: &'static str, words: Option<Vec<String>>) -> Drawn {
    let Input { name, hint, value, optional, .. } = input.clone();
    let list = words.as_ref().map(|_| format!("{name}-words"));
    let described = (!hint.is_empty()).then(|| format!("{name}-hint"));
    let options = words.map(|words| {
        let options = words.into_iter().map(|word| view! { <option value=word></option> }.drawn());
        view! { <datalist id=format!("{name}-words")>{options.collect::<Vec<_>>()}</datalist> }.drawn()
    });
    view! {
        <input
            id=name name=name type=kind list=list required=!optional autocomplete="off"
            aria-describedby=described prop:value=value
        />
        {options}
    }
    .drawn()
}

/// The fields of a form as JSON.
fn read(form: &JsValue, inputs: &[Input], only_changes: bool) -> String {
    let filled = Object::new();
    let elements = browser::property(form, "elements").unwrap_or_default();
    for input in inputs {
        let now = match input.kind {
            Kind::Check => {
                let checked =
                    browser::property(&elements, input.name).and_then(|it| browser::property(&it, "checked"));
                checked.is_some_and(|it| it.is_truthy()).to_string()
            }
            Kind::Any(_) => chosen(form.unchecked_ref(), input.name),
            _ => text(&browser::property(&elements, input.name).unwrap_or_default()).trim().to_owned(),
        };
        if only_changes && now == input.value {
            continue;
        }
        let value: JsValue = match input.kind {
            Kind::Check => (now == "true").into(),
            Kind::Any(_) => now
                .split(',')
                .filter(|word| !word.is_empty())
                .map(JsValue::from)
                .collect::<js_sys::Array>()
                .into(),
            Kind::Line("number") => browser::number(&now).map_or(JsValue::NULL, JsValue::from),
            _ if now.is_empty() && input.optional => JsValue::NULL,
            _ => now.into(),
        };
        let _ = Reflect::set(&filled, &input.name.into(), &value);
    }
    JSON::stringify(&filled).map(String::from).unwrap_or_default()
}

fn chosen(form: &web_sys::Element, name: &str) -> String {
    let Ok(found) = form.query_selector_all(&format!("[name={name}]:checked")) else { return String::new() };
    let words = (0..found.length()).filter_map(|at| found.get(at)).map(|input| text(&input));
    words.collect::<Vec<_>>().join(",")
}

fn text(input: &JsValue) -> String {
    browser::property(input, "value").and_then(|value| value.as_string()).unwrap_or_default()
}
