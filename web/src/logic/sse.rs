//! Reads a server-sent event stream that arrives in arbitrary pieces (WHATWG HTML §9.2.6).

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name; `message` when the server gave none.
    pub name: String,
    /// Its data lines, joined.
    pub data: String,
}

/// Keeps what has not ended yet.
#[derive(Debug, Default)]
pub struct Reader {
    pending: Vec<u8>,
    name: String,
    data: Vec<String>,
    last_id: Option<String>,
}

impl Reader {
    /// The id of the last event, for `Last-Event-ID`.
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Forgets what was cut off with the connection, but not the last id.
    pub fn cut(&mut self) {
        self.pending.clear();
        self.name.clear();
        self.data.clear();
    }

    /// Takes the next piece and returns the events that it completes.
    pub fn push(&mut self, piece: &[u8]) -> Vec<Event> {
        self.pending.extend_from_slice(piece);
        let mut events = Vec::new();
        while let Some(end) = self.pending.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            if let Some(event) = self.line(line.trim_end_matches(['\n', '\r'])) {
                events.push(event);
            }
        }
        events
    }

    fn line(&mut self, line: &str) -> Option<Event> {
        if line.is_empty() {
            let name = std::mem::take(&mut self.name);
            let data = std::mem::take(&mut self.data);
            let name = if name.is_empty() { "message".to_owned() } else { name };
            return (!data.is_empty()).then(|| Event { name, data: data.join("\n") });
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "data" => self.data.push(value.to_owned()),
            "id" => self.last_id = Some(value.to_owned()),
            // A comment (the heartbeat), `retry`, or a field of the future.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_cut_anywhere_arrives_once_and_whole() {
        let stream = "id: 7\nevent: job\ndata: {\"a\":\ndata: \"é\"}\n\n: beat\n\n";
        for cut in 0..stream.len() {
            let mut reader = Reader::default();
            let mut events = reader.push(&stream.as_bytes()[..cut]);
            events.extend(reader.push(&stream.as_bytes()[cut..]));
            assert_eq!(events, vec![Event { name: "job".into(), data: "{\"a\":\n\"é\"}".into() }], "{cut}");
            assert_eq!(reader.last_id(), Some("7"));
        }
    }

    #[test]
    fn windows_line_ends_and_missing_names_are_read() {
        let mut reader = Reader::default();
        assert_eq!(reader.push(b"data:x\r\n\r\n"), vec![Event { name: "message".into(), data: "x".into() }]);
    }

    #[test]
    fn a_cut_connection_keeps_the_last_id_and_drops_the_half_event() {
        let mut reader = Reader::default();
        reader.push(b"id: 3\ndata: a\n\ndata: ha");
        reader.cut();
        assert_eq!(reader.push(b"lf\n\n"), vec![]);
        assert_eq!(reader.last_id(), Some("3"));
    }
}
