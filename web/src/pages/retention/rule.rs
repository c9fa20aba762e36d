//! How long charts are kept: what is asked for, what is decided, and what another rule would remove.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::{
    api::{Call, SignedIn, browser, list, read, text, time},
    components::{Fetch, Form, Input, Kind, Loaded, Moment, Refusal, Work, fetched},
    logic::note::plural,
    state::Notices,
};

/// The card.
pub fn rule() -> Drawn {
    let found = fetched(|api| async move { api.text(Call::get("/retention")).await });
    view! {
        <section class="card" aria-labelledby="rule-title">
            <h2 id="rule-title">"How long charts are kept"</h2>
            <Fetch of=found view=move |answer: String| {
                let now = read(&answer);
                let of = |name| browser::property(&now, name).filter(JsValue::is_object);
                let decided = of("in_force").and_then(|it| browser::property(&it, "rule")).filter(JsValue::is_object);
                let first = decided.clone().or_else(|| of("suggested"));
                view! {
                    {minimums(&now)}
                    <p>{decided.as_ref().map_or("No chart is removed by its age.".to_owned(), |it| {
                        format!("Your practice keeps charts {}. Then they are put up here, and deleted 30 days later unless somebody keeps them.", in_words(it))
                    })}</p>
                    {of("waiting").map(|it| waiting(&it, found))}
                    {decide(first, decided.is_some(), found)}
                }
                .drawn()
            }/>
        </section>
    }
    .drawn()
}

fn number(of: &JsValue, name: &str) -> i64 {
    browser::property(of, name).and_then(|it| it.as_f64()).unwrap_or_default() as i64
}

fn years(count: i64) -> String {
    plural(usize::try_from(count).unwrap_or_default(), "year", "years")
}

/// `7 years after the last contact, and until 7 years after the 18th birthday`.
fn in_words(rule: &JsValue) -> String {
    let minors = browser::property(rule, "minors").filter(JsValue::is_object);
    let minors = minors.map(|minors| {
        let (age, after) = (number(&minors, "age_of_majority"), number(&minors, "years"));
        let ordinal = if age == 21 { "st" } else { "th" };
        let after = if after == 0 { "until".to_owned() } else { format!("until {} after", years(after)) };
        format!(", and {after} the {age}{ordinal} birthday")
    });
    format!("{} after the last contact{}", years(number(rule, "years")), minors.unwrap_or_default())
}

/// What is asked for, each with its source and how sure it is.
fn minimums(now: &JsValue) -> Drawn {
    let one = |one: JsValue| {
        let class = match text(&one, "class").as_str() {
            "chart" => "Charts",
            "consent" => "Consents",
            _ => "Audit trail",
        };
        let time = if class == "Charts" { in_words(&one) } else { years(number(&one, "years")) };
        let sure = match text(&one, "certainty").as_str() {
            "sure" => "Sure",
            "likely" => "Likely",
            _ => "Check with counsel",
        };
        view! {
            <li>
                <div class="consent">
                    <div class="grow">
                        <p>{class} ", " {text(&one, "jurisdiction")} ": " {time}</p>
                        <p class="hint break">{text(&one, "source")} ". " {text(&one, "note")}</p>
                    </div>
                    <span class="badge" class:warn=sure != "Sure">{sure}</span>
                </div>
            </li>
        }
        .drawn()
    };
    view! {
        <p class="hint">{format!("What is asked for where you work, as far as it was known on {}. No advice: ask your counsel.", text(now, "looked_at"))}</p>
        <ul class="plain">{list(now, "minimums").iter().map(one).collect_view()}</ul>
    }
    .drawn()
}

fn waiting(one: &JsValue, found: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let rule = browser::property(one, "rule").filter(JsValue::is_object);
    let rule = rule.map_or("every chart".to_owned(), |rule| format!("charts {}", in_words(&rule)));
    let withdraw = move |_| {
        let call = Call::new("DELETE", "/retention/chart-rule");
        work.run(api.text(call), move |answer| found.put(answer));
    };
    view! {
        <p class="banner warn">
            <span>
                "From " {time(one, "effective_at").map(|at| view! { <Moment at/> })} " your practice keeps " {rule} "."
            </span>
        </p>
        <Refusal of=work.failure()/>
        <div class="actions"><button type="button" on:click=withdraw>"Withdraw this rule"</button></div>
    }
    .drawn()
}

/// The form, which counts first what the rule would remove.
fn decide(first: Option<JsValue>, has_rule: bool, found: Loaded<String>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let (counting, deciding) = (Work::new(), Work::new());
    let counted = RwSignal::new(None::<(String, String)>);
    let first = first.unwrap_or_default();
    let minors = browser::property(&first, "minors").unwrap_or_default();
    let input = |name, label, hint, value: i64| Input {
        hint,
        value: if value > 0 { value.to_string() } else { String::new() },
        ..Input::new(name, label, Kind::Line("number"))
    };
    let inputs = vec![
        input("years", "Years after the last contact", "1 to 50", number(&first, "years")),
        input(
            "age_of_majority",
            "Birthday on which clients come of age",
            "18 to 25",
            number(&minors, "age_of_majority"),
        ),
        Input {
            value: number(&minors, "years").to_string(),
            ..input("minor_years", "Years after it, of minors", "0 to 50", 0)
        },
        Input {
            hint: "Only with your counsel.",
            ..Input::new(
                "below_minimum",
                "It is meant, even where it is shorter than what is asked for",
                Kind::Check,
            )
        },
    ];
    let count = move |filled: String| {
        let filled = read(&filled);
        let rule = format!(
            r#"{{"years":{},"minors":{{"age_of_majority":{},"years":{}}}}}"#,
            number(&filled, "years"),
            number(&filled, "age_of_majority"),
            number(&filled, "minor_years")
        );
        let meant = browser::property(&filled, "below_minimum").is_some_and(|it| it.is_truthy());
        let call = Call::post("/retention/preview").text(&format!(r#"{{"chart_rule":{rule}}}"#));
        let body = format!(r#"{{"rule":{rule},"below_minimum":{meant}}}"#);
        counting.run(api.text(call), move |answer| counted.set(Some((answer, body))));
    };
    let put = move |body: String| {
        let call = Call::new("PUT", "/retention/chart-rule").text(&body);
        deciding.run(api.text(call), move |answer| {
            counted.set(None);
            found.put(answer);
            notices.say("Decided");
        });
    };
    view! {
        <details>
            <summary>"Decide for another rule"</summary>
            <Form inputs label="Count what it would remove" work=counting on_send=count/>
            {changing(move || counted.get().map(|(answer, body)| view! {
                {preview(&answer)}
                <div class="actions"><button type="button" class="primary" on:click=move |_| put(body.clone())>"Decide for this rule"</button></div>
            }))}
            {has_rule.then(|| view! {
                <div class="actions"><button type="button" on:click=move |_| put(r#"{"rule":null}"#.to_owned())>"Keep every chart from now on"</button></div>
            })}
            <Refusal of=deciding.failure()/>
        </details>
    }
    .drawn()
}

fn preview(answer: &str) -> Drawn {
    let charts = browser::property(&read(answer), "charts").unwrap_or_default();
    let count = |name| number(&charts, name);
    view! {
        <p role="status">
            {format!("The time of {} would be over now, and of {} more within a year.", count("over"), count("over_in_a_year"))}
            {format!(" On hold: {}. Without a date of birth, so they stay: {}.", count("on_hold"), count("without_date_of_birth"))}
            {(count("over") > 0).then(|| view! {
                " The first would be deleted " {time(&charts, "earliest").map(|at| view! { <Moment at/> })} "."
            })}
        </p>
    }
    .drawn()
}
