//! The few things that everybody needs from the browser.

use wasm_bindgen::{JsCast, JsValue};

/// The window. There always is one: this code runs nowhere else.
pub fn window() -> web_sys::Window {
    leptos::prelude::window()
}

/// Milliseconds since the page was opened; never goes back.
pub fn now_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// Waits.
pub async fn sleep_ms(ms: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        // Only fails if the page is going away, and then nobody waits.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(
            &resolve,
            i32::try_from(ms).unwrap_or(i32::MAX),
        );
    });
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// 128 random bits in hex, for `Idempotency-Key`; works without a secure context too.
pub fn random_key() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    format!("{:032x}", u128::from_be_bytes(bytes))
}

/// A number from 0 to 1.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// A property of a JavaScript object that `web-sys` does not know, if it is there.
pub fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(of, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

/// Calls a method that `web-sys` does not know.
pub fn call(of: &JsValue, name: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: js_sys::Function = property(of, name)?.dyn_into().ok()?;
    method.apply(of, &arguments.iter().collect()).ok()
}

/// The path and query of the page one is on.
pub fn here() -> String {
    let location = window().location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

/// Takes what stands after `#` out of the address, also where one goes back to it.
pub fn take_fragment() -> shared::Phi<String> {
    let fragment = window().location().hash().unwrap_or_default();
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&here()));
    }
    shared::Phi::new(fragment.trim_start_matches('#').to_owned())
}

/// The time of day, as this computer has it.
pub fn now_utc() -> Option<chrono::DateTime<chrono::Utc>> {
    chrono::DateTime::from_timestamp_millis(js_sys::Date::now() as i64)
}

/// Hands a text to the person as a file.
pub fn save(name: &str, kind: &str, text: &str) {
    save_from(
        name,
        &format!("data:{kind};charset=utf-8,{}", String::from(js_sys::encode_uri_component(text))),
    );
}

/// Hands bytes to the person as a file.
pub fn save_file(name: &str, file: &web_sys::Blob) {
    let address = web_sys::Url::create_object_url_with_blob(file).unwrap_or_default();
    save_from(name, &address);
    // Once the browser has begun to save it, it holds the bytes by itself.
    leptos::prelude::set_timeout(
        move || {
            let _ = web_sys::Url::revoke_object_url(&address);
        },
        std::time::Duration::from_mins(1),
    );
}

fn save_from(name: &str, address: &str) {
    let link = window().document().and_then(|document| document.create_element("a").ok());
    if let Some(link) = link {
        let _ = link.set_attribute("href", address);
        let _ = link.set_attribute("download", name);
        call(&link, "click", &[]);
    }
}

/// Copies a text; whether the browser takes it.
pub fn copy(text: &str) -> bool {
    let clipboard = property(&window().navigator(), "clipboard");
    clipboard.and_then(|it| call(&it, "writeText", &[text.into()])).is_some()
}

/// A number that somebody has typed or that was kept, read by the browser: Rust's own tables for it would be
/// 12 kB of the first load.
pub fn number(text: &str) -> Option<f64> {
    Some(js_sys::parse_float(text)).filter(|number| number.is_finite())
}

/// A text without its accents, so that `elo` finds Élodie, as the server does.
pub fn without_accents(text: &str) -> String {
    let apart = String::from(js_sys::JsString::from(text).normalize("NFKD"));
    apart.chars().filter(|letter| !('\u{300}'..='\u{36f}').contains(letter)).collect()
}
