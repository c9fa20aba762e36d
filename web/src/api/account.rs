//! What the server says of the own account: of three answers that are alike, and of a longer one, only what
//! is shown is read.

use chrono::{DateTime, Utc};
use wasm_bindgen::JsValue;

use super::{Call, Failure, SignedIn, browser};

/// The own second factors: `SecondFactors`, `TotpBegun` or `RecoveryCodes` of `shared::second_factors`.
#[derive(Clone, Default, PartialEq)]
pub struct Factors {
    /// Since when codes by time are set up.
    pub totp_since: Option<DateTime<Utc>>,
    /// Recovery codes that have not been used.
    pub recovery_codes_left: f64,
    /// Whether one has to be there.
    pub demanded: bool,
    /// A new secret, to be typed in.
    pub secret: String,
    /// The same as a picture.
    pub qr_code: String,
    /// New recovery codes.
    pub codes: Vec<String>,
}

/// A sign-in of one's own: `shared::sign_ins::SignInView`.
#[derive(Clone)]
pub struct Device {
    /// Its id.
    pub id: String,
    /// Whether it is this one.
    pub is_current: bool,
    /// On what.
    pub device: String,
    /// From where.
    pub network: String,
    /// When it was last used.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl SignedIn {
    /// Sends what concerns the own second factor, one after the other; what the last answered.
    pub async fn second_factor(self, calls: Vec<Call>) -> Result<Factors, Failure> {
        let mut answer = JsValue::NULL;
        for call in calls {
            answer = read(&self.send(call).await?.text().await?);
        }
        let codes = list(&answer, "codes");
        Ok(Factors {
            totp_since: time(&answer, "totp_since"),
            recovery_codes_left: browser::property(&answer, "recovery_codes_left")
                .and_then(|left| left.as_f64())
                .unwrap_or_default(),
            demanded: flag(&answer, "demanded"),
            secret: text(&answer, "secret"),
            qr_code: text(&answer, "qr_code"),
            codes: codes.iter().filter_map(|code| code.as_string()).collect(),
        })
    }

    /// Where one is signed in.
    pub async fn list_devices(self) -> Result<Vec<Device>, Failure> {
        let answer = read(&self.send(Call::get("/sessions")).await?.text().await?);
        let items = list(&answer, "items");
        let device = |it: JsValue| Device {
            id: text(&it, "id"),
            is_current: flag(&it, "is_current"),
            device: text(&it, "device"),
            network: text(&it, "network"),
            last_used_at: time(&it, "last_used_at"),
        };
        Ok(items.iter().map(device).collect())
    }

    /// Ends one's own sign-in on another device, or with an empty id on all others.
    pub async fn end_device(self, id: String) -> Result<(), Failure> {
        let call = Call::new("DELETE", format!("/sessions/{id}").trim_end_matches('/'));
        self.send(call).await.map(drop)
    }
}

/// A text as JSON; what is none has no properties.
pub fn read(text: &str) -> JsValue {
    js_sys::JSON::parse(text).unwrap_or_default()
}

/// A property that is a text; empty where it is missing.
pub fn text(of: &JsValue, name: &str) -> String {
    browser::property(of, name).and_then(|it| it.as_string()).unwrap_or_default()
}

/// A property that is a list; empty where it is missing.
pub fn list(of: &JsValue, name: &str) -> js_sys::Array {
    browser::property(of, name).map(|it| js_sys::Array::from(&it)).unwrap_or_default()
}

/// Whether a property is true.
pub fn flag(of: &JsValue, name: &str) -> bool {
    browser::property(of, name).is_some_and(|it| it.is_truthy())
}

/// A property that is a time.
pub fn time(of: &JsValue, name: &str) -> Option<DateTime<Utc>> {
    text(of, name).parse().ok()
}
