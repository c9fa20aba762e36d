//! A web server as the outside world, on the loopback interface: it answers as the test says and keeps
//! what it was asked.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path with its query.
    pub path: String,
    head: String,
    /// The body; bytes that are no UTF-8 are replaced.
    pub body: String,
}

impl Asked {
    /// A header's text; empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find_map(|line| {
            let (given, value) = line.split_once(':')?;
            given.eq_ignore_ascii_case(name).then(|| value.trim())
        });
        line.unwrap_or_default()
    }
}

/// What is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// These bytes, and the end.
    Bytes(String),
    /// Bytes without an end.
    Endless,
    /// Nothing at all.
    Silence,
}

/// A web server.
pub struct Site {
    /// `http://127.0.0.1:…`.
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    listening: JoinHandle<()>,
}

impl Site {
    /// Opens one on a free port.
    pub async fn open(answer: impl Fn(&Asked) -> Told + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (kept, answer) = (asked.clone(), Arc::new(answer));
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer) = (kept.clone(), answer.clone());
                tokio::spawn(async move {
                    let _gone = serve(stream, &kept, answer.as_ref()).await;
                });
            }
        });
        Self { address, asked, listening }
    }

    /// `127.0.0.1:…`.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://")
    }

    /// What it was asked so far.
    pub fn requests(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// An answer of JSON.
    pub fn json(status: u16, body: &str) -> Told {
        let length = body.len();
        Told::Bytes(format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Told {
        Told::Bytes(format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"))
    }

    /// An answer without an end.
    pub fn endless() -> Told {
        Told::Endless
    }

    /// No answer.
    pub fn silence() -> Told {
        Told::Silence
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Answers one request; every connection carries one.
async fn serve(
    mut stream: TcpStream,
    kept: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Told + Send + Sync),
) -> std::io::Result<()> {
    let Some(asked) = read(&mut stream).await? else { return Ok(()) };
    kept.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
    match answer(&asked) {
        Told::Bytes(bytes) => {
            let bytes = bytes.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            stream.write_all(bytes.as_bytes()).await?;
        }
        Told::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n").await?;
            loop {
                stream.write_all(&[b' '; 16 * 1024]).await?;
            }
        }
        // Until whoever asked gives up, or the test is over.
        Told::Silence => tokio::time::sleep(Duration::from_mins(5)).await,
    }
    stream.shutdown().await
}

async fn read(stream: &mut TcpStream) -> std::io::Result<Option<Asked>> {
    const END_OF_HEAD: &[u8] = b"\r\n\r\n";
    let mut bytes = Vec::new();
    let mut head_ends = None;
    loop {
        let mut piece = [0; 8 * 1024];
        let read = stream.read(&mut piece).await?;
        bytes.extend_from_slice(&piece[..read]);
        head_ends =
            head_ends.or_else(|| bytes.windows(END_OF_HEAD.len()).position(|four| four == END_OF_HEAD));
        if let Some(end) = head_ends {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let mut words = head.split_whitespace().map(str::to_owned);
            let mut word = || words.next().unwrap_or_default();
            let mut asked = Asked { method: word(), path: word(), head, body: String::new() };
            let body = &bytes[end + END_OF_HEAD.len()..];
            if body.len() >= asked.header("content-length").parse().unwrap_or(0) {
                asked.body = String::from_utf8_lossy(body).into_owned();
                return Ok(Some(asked));
            }
        }
        if read == 0 {
            return Ok(None);
        }
    }
}
