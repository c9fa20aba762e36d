//! The least HTTP/1.1 that a load generator needs: it costs little CPU beside what it measures.

use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

/// One connection that is kept open.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects to a port of the loopback interface.
    pub fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::with_capacity(64 << 10, stream) })
    }

    /// Sends the bytes of a request, or of a part of one.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.get_mut().write_all(bytes)?)
    }

    /// Reads an answer to its end; an error unless its status is a success.
    pub fn read_answer(&mut self) -> Result<()> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.trim().to_owned();
        let (mut length, mut is_chunked) = (0_usize, false);
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                bail!("the connection ended in the head of an answer ({status})");
            }
            let header = line.trim().to_ascii_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            is_chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
        }
        if is_chunked {
            self.skip_chunks()?;
        } else {
            self.skip(length)?;
        }
        if !status.split(' ').nth(1).is_some_and(|code| code.starts_with('2')) {
            bail!("the answer is {status}");
        }
        Ok(())
    }

    fn skip_chunks(&mut self) -> Result<()> {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let length = usize::from_str_radix(line.trim(), 16).context("a chunk has no length")?;
            self.skip(length + 2)?;
            if length == 0 {
                return Ok(());
            }
        }
    }

    fn skip(&mut self, length: usize) -> Result<()> {
        let copied = std::io::copy(&mut self.stream.by_ref().take(length as u64), &mut std::io::sink())?;
        if copied != length as u64 {
            bail!("the connection ended in the body of an answer");
        }
        Ok(())
    }
}
