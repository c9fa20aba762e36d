//! What the server says of the own account: of three answers that are alike, and of a longer one, only what
//! is shown is read.

use chrono::{DateTime, Utc};
use wasm_bindgen::JsValue;

use super::{Call, Failure, SignedIn, browser, passkey};

/// The own second factors: `SecondFactors`, `TotpBegun` or `RecoveryCodes` of `shared::second_factors`.
#[derive(Clone, Default, PartialEq)]
pub struct Factors {
    /// Since when codes by time are set up.
    pub totp_since: Option<DateTime<Utc>>,
    /// Recovery codes that have not been used.
    pub recovery_codes_left: u32,
    /// The passkeys, the oldest first.
    pub passkeys: Vec<Passkey>,
    /// Whether one has to be there.
    pub demanded: bool,
    /// A new secret, to be typed in.
    pub secret: String,
    /// The same as a picture.
    pub qr_code: String,
    /// New recovery codes.
    pub codes: Vec<String>,
}

/// A passkey: `shared::passkeys::PasskeyView`.
#[derive(Clone, PartialEq)]
pub struct Passkey {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// When it was last shown.
    pub last_used_at: Option<DateTime<Utc>>,
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
    /// Sends what concerns the own second factors; what was answered.
    pub async fn second_factor(self, call: Call) -> Result<Factors, Failure> {
        let answer = read(&self.send(call).await?.text().await?);
        let passkey = |it: JsValue| Passkey {
            id: text(&it, "id"),
            name: text(&it, "name"),
            last_used_at: time(&it, "last_used_at"),
        };
        let codes = list(&answer, "codes");
        Ok(Factors {
            totp_since: time(&answer, "totp_since"),
            recovery_codes_left: browser::property(&answer, "recovery_codes_left")
                .and_then(|left| left.as_f64())
                .unwrap_or_default() as u32,
            passkeys: list(&answer, "passkeys").iter().map(passkey).collect(),
            demanded: flag(&answer, "demanded"),
            secret: text(&answer, "secret"),
            qr_code: text(&answer, "qr_code"),
            codes: codes.iter().filter_map(|code| code.as_string()).collect(),
        })
    }

    /// Makes a passkey and takes it into use.
    pub async fn add_passkey(self, password: &str, name: &str) -> Result<Factors, Failure> {
        let question =
            Call::new("POST", "/me/second-factors/passkey-creation").text(&one("password", password));
        let made = passkey::make(self.send(question).await?).await?;
        let body = format!(r#"{{"name":{},"credential":{made}}}"#, quoted(name));
        self.second_factor(Call::new("POST", "/me/second-factors/passkeys").text(&body)).await
    }

    /// The own password, or without one the answer of a passkey that is asked for this purpose: the body that
    /// says so.
    pub async fn own_proof(self, purpose: &str, password: Option<String>) -> Result<String, Failure> {
        Ok(match password {
            Some(password) => one("password", &password),
            None => format!(r#"{{"assertion":{}}}"#, self.ask_for_passkey(purpose).await?),
        })
    }

    async fn ask_for_passkey(self, purpose: &str) -> Result<String, Failure> {
        let body = format!(r#"{{"purpose":"{purpose}"}}"#);
        let question = Call::new("POST", "/me/second-factors/passkey-challenge").text(&body);
        passkey::ask(self.send(question).await?, None).await
    }

    /// Shows a code again, or without one a passkey; `kept` says that it is a recovery code.
    pub async fn step_up(self, code: Option<String>, kept: bool) -> Result<(), Failure> {
        let body = match code {
            Some(code) => {
                let method = if kept { "recovery_code" } else { "totp" };
                format!(r#"{{"method":"{method}","code":{}}}"#, quoted(&code))
            }
            None => {
                format!(r#"{{"method":"passkey","assertion":{}}}"#, self.ask_for_passkey("step_up").await?)
            }
        };
        self.post("/auth/step-up", body).await
    }

    /// Hides everything until the password or a passkey is shown, on the server as well.
    pub async fn lock(self) -> Result<(), Failure> {
        self.send(Call::new("POST", "/auth/lock")).await.map(drop)
    }

    /// Ends that with the own password or, without one, with a passkey.
    pub async fn unlock(self, password: Option<String>) -> Result<(), Failure> {
        let proof = self.own_proof("unlock", password).await?;
        self.post("/auth/unlock", proof).await
    }

    /// Changes the own password.
    pub async fn change_password(self, password: &str, new: &str) -> Result<(), Failure> {
        let body = format!(r#"{{"password":{},"new_password":{}}}"#, quoted(password), quoted(new));
        self.send(Call::new("PUT", "/me/password").text(&body)).await.map(drop)
    }

    async fn post(self, path: &str, body: String) -> Result<(), Failure> {
        self.send(Call::new("POST", path).text(&body)).await.map(drop)
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

/// An object in JSON with one text in it.
pub fn one(name: &str, text: &str) -> String {
    format!(r#"{{"{name}":{}}}"#, quoted(text))
}

/// A text in JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
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
