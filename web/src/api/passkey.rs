//! Passkeys, by the browser's own `navigator.credentials`. What the server asks and what the passkey answers
//! goes through as the text that it is.

use js_sys::{JSON, Object, Promise, Reflect};
use shared::errors::{ErrorCode, Problem};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

use super::{Answer, Failure, account::read, browser};

/// The browser's class of passkeys. It is there in a secure context, and has the two methods that turn
/// JSON into what it needs since about 2024.
fn class() -> Option<JsValue> {
    let class = browser::property(&browser::window(), "PublicKeyCredential")?;
    browser::property(&class, "parseRequestOptionsFromJSON").map(|_| class)
}

/// Whether this browser has passkeys.
pub fn are_here() -> bool {
    class().is_some()
}

/// Whether it offers them where an e-mail is typed.
pub async fn are_filled_in() -> bool {
    let promise = class().and_then(|class| browser::call(&class, "isConditionalMediationAvailable", &[]));
    let Some(Ok(promise)) = promise.map(JsCast::dyn_into::<Promise>) else { return false };
    JsFuture::from(promise).await.is_ok_and(|answer| answer.is_truthy())
}

/// Asks for a passkey with what the server answered: the passkey's answer, as JSON. With `quietly` it is
/// offered where an e-mail is typed, until the signal says that nobody waits any more.
pub async fn ask(question: Answer, quietly: Option<AbortSignal>) -> Result<String, Failure> {
    run("get", "parseRequestOptionsFromJSON", question, quietly).await
}

/// Makes a passkey with what the server answered: what was made, as JSON.
pub async fn make(question: Answer) -> Result<String, Failure> {
    run("create", "parseCreationOptionsFromJSON", question, None).await
}

async fn run(
    act: &str,
    parse: &str,
    question: Answer,
    quietly: Option<AbortSignal>,
) -> Result<String, Failure> {
    let question = read(&question.text().await?);
    let promise = (|| {
        let options = browser::call(&class()?, parse, &[browser::property(&question, "public_key")?])?;
        let wanted = Object::new();
        let set = |name: &str, value: &JsValue| Reflect::set(&wanted, &name.into(), value).ok();
        set("publicKey", &options)?;
        if let Some(signal) = quietly {
            set("mediation", &"conditional".into())?;
            set("signal", &signal)?;
        }
        let credentials = browser::property(&browser::window().navigator(), "credentials")?;
        browser::call(&credentials, act, &[wanted.into()])?.dyn_into::<Promise>().ok()
    })();
    let made = match promise {
        Some(promise) => JsFuture::from(promise).await.ok(),
        None => None,
    };
    made.and_then(|made| JSON::stringify(&made).ok()?.as_string()).ok_or_else(given_up)
}

/// The person, or their device, did not want to.
fn given_up() -> Failure {
    let mut problem = Problem::new(ErrorCode::InvalidCode, "");
    problem.detail = Some("No passkey was shown. You can try again, or use another way.".to_owned());
    Failure::Refused(Box::new(problem))
}
