//! A mail server as the outside world: it speaks SMTP (RFC 5321) on the loopback interface and keeps
//! what it was sent.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    sync::Notify,
    task::JoinHandle,
    time::timeout,
};

/// How long a mail may take to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// A mail as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The sender of the envelope.
    pub from: String,
    /// The recipient of the envelope.
    pub to: String,
    /// Headers and body as they were sent.
    pub data: String,
}

/// A mail server.
pub struct Postbox {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    refusals: Mutex<VecDeque<String>>,
    came: Notify,
}

impl Postbox {
    /// Opens one on a free port.
    pub async fn open() -> Self {
        Self::open_at(0).await
    }

    /// Opens one on a port on which there may have been one before.
    pub async fn open_at(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::<Shared>::default();
        let of_all = shared.clone();
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, of_all.clone()));
            }
        });
        Self { port, shared, listening }
    }

    /// Its address as a setting.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Answers the next recipient with this line instead, e.g. `450 4.2.1 busy`.
    pub fn refuse_next(&self, line: &str) {
        lock(&self.shared.refusals).push_back(line.to_owned());
    }

    /// Everything so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.shared.received).clone()
    }

    /// The mail to an address after the first `passed`, once it has come.
    pub async fn mail_to(&self, address: &str, passed: usize) -> Received {
        let find = || self.received().into_iter().filter(|mail| mail.to == address).nth(passed);
        timeout(PATIENCE, async {
            loop {
                let came = self.shared.came.notified();
                if let Some(mail) = find() {
                    return mail;
                }
                came.await;
            }
        })
        .await
        .expect("the mail comes")
    }

    /// Is gone at once, with everything that it had.
    pub fn close(self) {
        drop(self);
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Received {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = self.data.split("\r\n\r\n").next()?.replace("\r\n ", " ");
        let start = format!("{}:", name.to_lowercase());
        let line = head.lines().find(|line| line.to_lowercase().starts_with(&start))?.to_owned();
        Some(line[start.len()..].trim().to_owned())
    }

    /// The body, decoded (RFC 2045 §6.7).
    pub fn text(&self) -> String {
        let body = self.data.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        if self.header("Content-Transfer-Encoding").as_deref() != Some("quoted-printable") {
            return body.to_owned();
        }
        let joined = body.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = joined.as_bytes();
        while let [first, after @ ..] = rest {
            let coded = after.get(..2).filter(|_| *first == b'=').and_then(|two| hex::decode(two).ok());
            bytes.push(coded.as_ref().map_or(*first, |byte| byte[0]));
            rest = if coded.is_some() { &after[2..] } else { after };
        }
        String::from_utf8(bytes).expect("text")
    }

    /// The first link in it.
    pub fn link(&self) -> String {
        let text = self.text();
        let link = text.split_whitespace().find(|word| word.starts_with("http"));
        link.expect("a link in the mail").to_owned()
    }
}

/// One conversation.
async fn converse(stream: TcpStream, shared: Arc<Shared>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read);
    write.write_all(b"220 postbox.example ESMTP\r\n").await?;
    let (mut from, mut to) = (String::new(), String::new());
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let between = || {
            let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
            inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
        };
        let word = line.split(' ').next().unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" | "HELO" => "250-postbox.example\r\n250 8BITMIME".to_owned(),
            "MAIL" => {
                from = between();
                "250 2.1.0 sender".to_owned()
            }
            "RCPT" => {
                to = between();
                lock(&shared.refusals).pop_front().unwrap_or_else(|| "250 2.1.5 recipient".to_owned())
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let data = data(&mut lines).await?;
                lock(&shared.received).push(Received { from: from.clone(), to: to.clone(), data });
                shared.came.notify_waiters();
                "250 2.0.0 taken".to_owned()
            }
            "RSET" | "NOOP" => "250 2.0.0 well".to_owned(),
            "QUIT" => {
                write.write_all(b"221 2.0.0 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 5.5.1 not known here".to_owned(),
        };
        write.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// The message up to the line with a single dot (RFC 5321 §4.5.2).
async fn data(lines: &mut (impl AsyncBufRead + Unpin)) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
