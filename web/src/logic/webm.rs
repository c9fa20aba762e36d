//! One file of what a recorder wrote before it was cut off and of what another wrote after.
//!
//! A browser's recorder writes WebM as it goes (<https://www.webmproject.org/docs/container/>, RFC 8794, RFC 9559): a head, then
//! clusters of blocks. A second recorder begins again, with a head of its own and at time zero. What is kept here are the head of
//! the first and the clusters of all, with times that go on. Only whole elements are handed on, so that what was kept when
//! a browser died ends with a whole block.

/// An element larger than this is no part of recorded sound: what comes is passed on as it is from there.
const LARGEST: u64 = 4 * 1024 * 1024;
/// A size that is not known: RFC 8794, 6.2. Clusters and segments that are still being written have it.
const UNKNOWN: [u8; 8] = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

const EBML: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
const SEEK_HEAD: u32 = 0x114d_9b74;
const CLUSTER: u32 = 0x1f43_b675;
const TIMESTAMP: u32 = 0xe7;
const SIMPLE_BLOCK: u32 = 0xa3;
const BLOCK_GROUP: u32 = 0xa0;
const BLOCK: u32 = 0xa1;

/// Puts takes behind each other, piece by piece.
#[derive(Debug, Clone)]
pub struct Joiner {
    /// Where this take begins in the file, in milliseconds: browsers count in them.
    begins_ms: u64,
    /// Whether the head belongs to the file.
    is_first: bool,
    /// The head, until there is a cluster behind it: a file that ends before has nothing worth keeping.
    head: Vec<u8>,
    /// What is not a whole element yet.
    held: Vec<u8>,
    seen: Seen,
    /// The time of the cluster one is in.
    cluster_ms: u64,
    /// The time of the newest block, and of the one before.
    newest_ms: Option<u64>,
    step_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Head,
    Cluster,
    /// Not WebM, or broken: passed on as it is.
    Other,
}

impl Joiner {
    /// For the first take of a file.
    pub fn first() -> Self {
        Self::new(0, true)
    }

    /// For a take that goes on with a file which ends at `ends_ms`.
    pub fn after(ends_ms: u64) -> Self {
        Self::new(ends_ms, false)
    }

    /// For a file that nothing can be joined to.
    pub fn as_it_is() -> Self {
        Self { seen: Seen::Other, ..Self::first() }
    }

    /// For the take behind this one; `None` when nothing can be joined to it.
    pub fn next_take(&self) -> Option<Self> {
        match self.seen {
            Seen::Other => None,
            // Nothing of this take is in the file: the next one brings the head.
            Seen::Nothing | Seen::Head if self.is_first => Some(Self::first()),
            _ => self.ends_ms().map(Self::after),
        }
    }

    fn new(begins_ms: u64, is_first: bool) -> Self {
        Self {
            begins_ms,
            is_first,
            head: Vec::new(),
            held: Vec::new(),
            seen: Seen::Nothing,
            cluster_ms: 0,
            newest_ms: None,
            step_ms: 0,
        }
    }

    /// Where the sound ends that was handed on, in milliseconds of the file; `None` when nothing can be joined to it.
    pub fn ends_ms(&self) -> Option<u64> {
        match self.seen {
            Seen::Other => None,
            _ => Some(self.newest_ms.map_or(self.begins_ms, |newest| newest + self.step_ms)),
        }
    }

    /// Takes what the recorder wrote; returns what belongs to the file now.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        let mut out = Vec::with_capacity(self.held.len());
        let mut at = 0;
        while self.seen != Seen::Other {
            match self.next(&self.held[at..]) {
                Next::Wait => break,
                Next::Broken => self.seen = Seen::Other,
                Next::Header { id, length } => {
                    let begins = [&id.to_be_bytes()[..], &UNKNOWN].concat();
                    if id == CLUSTER {
                        self.seen = Seen::Cluster;
                        out.append(&mut self.head);
                        out.extend(begins);
                    } else if self.is_first {
                        self.head.extend(begins);
                    }
                    at += length;
                }
                Next::Whole { id, header, length } => {
                    let element = at..at + length;
                    let content = at + header..at + length;
                    at += length;
                    self.whole(id, element, content, &mut out);
                }
            }
        }
        if self.seen == Seen::Other {
            // Of a later take it would be in the way of what is there.
            if self.is_first {
                out.append(&mut self.head);
                out.extend_from_slice(&self.held[at..]);
            }
            at = self.held.len();
        }
        self.held.drain(..at);
        out
    }

    fn whole(
        &mut self,
        id: u32,
        element: std::ops::Range<usize>,
        content: std::ops::Range<usize>,
        out: &mut Vec<u8>,
    ) {
        match (id, self.seen) {
            (TIMESTAMP, Seen::Cluster) => {
                self.cluster_ms = self.begins_ms + number(&self.held[content]);
                out.extend_from_slice(&[0xe7, 0x88]);
                out.extend_from_slice(&self.cluster_ms.to_be_bytes());
            }
            (SIMPLE_BLOCK | BLOCK_GROUP, Seen::Cluster) => {
                let block = if id == SIMPLE_BLOCK { Some(content) } else { block_in(&self.held, content) };
                if let Some(offset) = block.and_then(|block| offset_of(&self.held[block])) {
                    let now = self.cluster_ms.saturating_add_signed(offset.into());
                    if let Some(before) = self.newest_ms {
                        self.step_ms = now.saturating_sub(before);
                    }
                    self.newest_ms = Some(now);
                }
                out.extend_from_slice(&self.held[element]);
            }
            // What stands behind the clusters, or says where they are, is not true any more.
            (_, Seen::Cluster) | (SEEK_HEAD, _) => {}
            _ => {
                self.seen = Seen::Head;
                if self.is_first {
                    self.head.extend_from_slice(&self.held[element]);
                }
            }
        }
    }

    fn next(&self, bytes: &[u8]) -> Next {
        let Some(&first) = bytes.first() else { return Next::Wait };
        let id_len = first.leading_zeros() as usize + 1;
        if id_len > 4 {
            return Next::Broken;
        }
        let Some(id) = bytes.get(..id_len) else { return Next::Wait };
        let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
        if self.seen == Seen::Nothing && id != EBML {
            return Next::Broken;
        }
        let Some(&first) = bytes.get(id_len) else { return Next::Wait };
        let size_len = first.leading_zeros() as usize + 1;
        if size_len > 8 {
            return Next::Broken;
        }
        let Some(size) = bytes.get(id_len..id_len + size_len) else { return Next::Wait };
        let header = id_len + size_len;
        if id == SEGMENT || id == CLUSTER {
            return Next::Header { id, length: header };
        }
        let size = number(size) & !(1 << (7 * size_len));
        if size > LARGEST {
            return Next::Broken;
        }
        let length = header + size as usize;
        if bytes.len() < length { Next::Wait } else { Next::Whole { id, header, length } }
    }
}

/// What stands next.
enum Next {
    /// Not all of it is there.
    Wait,
    /// Nothing that a recorder writes.
    Broken,
    /// The beginning of a segment or cluster, whose elements follow.
    Header { id: u32, length: usize },
    /// An element.
    Whole { id: u32, header: usize, length: usize },
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Milliseconds between a block's cluster and the block: behind the number of its track.
fn offset_of(block: &[u8]) -> Option<i16> {
    let track = block.first()?.leading_zeros() as usize + 1;
    Some(i16::from_be_bytes(block.get(track..track + 2)?.try_into().ok()?))
}

/// The block in a group: recorders write it first.
fn block_in(bytes: &[u8], group: std::ops::Range<usize>) -> Option<std::ops::Range<usize>> {
    let content = &bytes[group.clone()];
    let size_len = content.get(1)?.leading_zeros() as usize + 1;
    (u32::from(content[0]) == BLOCK && size_len <= 8).then(|| group.start + 1 + size_len..group.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn element(id: u32, content: &[u8]) -> Vec<u8> {
        let id: Vec<u8> = id.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
        let size = 0x1000_0000 | content.len() as u32;
        [&id[..], &size.to_be_bytes(), content].concat()
    }

    fn cluster(size_is_known: bool, at_ms: u16, blocks: &[(i16, u8)]) -> Vec<u8> {
        let mut inside = element(TIMESTAMP, &at_ms.to_be_bytes());
        for (offset, payload) in blocks {
            let [high, low] = offset.to_be_bytes();
            let block = [0x81, high, low, 0x80, *payload];
            if payload % 2 == 0 {
                inside.extend(element(SIMPLE_BLOCK, &block));
            } else {
                inside.extend(element(BLOCK_GROUP, &element(BLOCK, &block)));
            }
        }
        if size_is_known {
            element(CLUSTER, &inside)
        } else {
            [&CLUSTER.to_be_bytes()[..], &UNKNOWN, &inside].concat()
        }
    }

    fn take(size_is_known: bool, clusters: &[Vec<(i16, u8)>]) -> Vec<u8> {
        let mut file = element(EBML, b"head");
        file.extend(SEGMENT.to_be_bytes());
        file.extend(UNKNOWN);
        file.extend(element(SEEK_HEAD, b"nowhere"));
        file.extend(element(0x1549_a966, b"information"));
        file.extend(element(0x1654_ae6b, b"tracks"));
        for (number, blocks) in clusters.iter().enumerate() {
            file.extend(cluster(size_is_known, number as u16 * 1_000, blocks));
        }
        file.extend(element(0x1c53_bb6b, b"cues"));
        file
    }

    /// The blocks of a file with their times, as another reader would find them.
    fn blocks(file: &[u8]) -> Vec<(u64, u8)> {
        let mut reader = Joiner::first();
        let mut found = Vec::new();
        let (mut at, mut base) = (0, 0);
        loop {
            match reader.next(&file[at..]) {
                Next::Wait | Next::Broken => break,
                Next::Header { length, .. } => {
                    reader.seen = Seen::Cluster;
                    at += length;
                }
                Next::Whole { id, header, length } => {
                    let content = at + header..at + length;
                    match id {
                        TIMESTAMP => base = number(&file[content]),
                        SIMPLE_BLOCK | BLOCK_GROUP => {
                            let block =
                                if id == SIMPLE_BLOCK { content } else { block_in(file, content).unwrap() };
                            let time =
                                base.saturating_add_signed(offset_of(&file[block.clone()]).unwrap().into());
                            found.push((time, *file[block].last().unwrap()));
                        }
                        _ => reader.seen = Seen::Head,
                    }
                    at += length;
                }
            }
        }
        assert_eq!(at, file.len(), "it can be read to its end");
        found
    }

    fn some_clusters() -> impl Strategy<Value = Vec<Vec<(i16, u8)>>> {
        let payloads = prop::collection::vec(any::<u8>(), 1..8);
        let cluster = payloads.prop_map(|all| {
            all.into_iter().enumerate().map(|(at, payload)| (at as i16 * 60, payload)).collect()
        });
        prop::collection::vec(cluster, 1..4)
    }

    proptest! {
        #[test]
        fn two_takes_become_one_file_with_all_blocks_and_times_that_go_on(
            known in any::<bool>(), one in some_clusters(), other in some_clusters(), step in 1_usize..64,
        ) {
            let mut first = Joiner::first();
            let mut file = Vec::new();
            for piece in take(known, &one).chunks(step) {
                file.extend(first.take(piece));
            }
            let ends = first.ends_ms().unwrap();
            let mut second = Joiner::after(ends);
            for piece in take(!known, &other).chunks(step + 3) {
                file.extend(second.take(piece));
            }
            let all = blocks(&file);
            let payloads: Vec<u8> = one.iter().chain(&other).flatten().map(|(_, payload)| *payload).collect();
            prop_assert_eq!(all.iter().map(|(_, payload)| *payload).collect::<Vec<_>>(), payloads);
            prop_assert!(all.is_sorted_by_key(|(time, _)| *time), "{:?}", all);
            let count: usize = one.iter().map(Vec::len).sum();
            prop_assert!(all[count].0 >= ends, "{} {:?}", ends, all);
            prop_assert_eq!(file.windows(4).filter(|four| *four == EBML.to_be_bytes()).count(), 1);
        }

        #[test]
        fn a_take_that_was_cut_off_anywhere_is_gone_on_with(
            one in some_clusters(), other in some_clusters(), cut in 0.0..1.0_f64,
        ) {
            let whole = take(false, &one);
            let mut first = Joiner::first();
            let mut file = first.take(&whole[..(whole.len() as f64 * cut) as usize]);
            let kept = blocks(&file).len();
            let mut second = first.next_take().unwrap();
            file.extend(second.take(&take(true, &other)));
            // Another reader finds a head, once, and everything behind it.
            let heads = |id: u32| file.windows(4).filter(|four| *four == id.to_be_bytes()).count();
            prop_assert!(file.starts_with(&EBML.to_be_bytes()));
            prop_assert_eq!((heads(EBML), heads(SEGMENT), heads(0x1654_ae6b)), (1, 1, 1));
            let payloads = blocks(&file).into_iter().skip(kept).map(|(_, payload)| payload);
            prop_assert_eq!(payloads.collect::<Vec<_>>(), other.concat().iter().map(|(_, payload)| *payload).collect::<Vec<_>>());
        }

        #[test]
        fn a_take_that_was_cut_off_anywhere_ends_with_a_whole_block(
            clusters in some_clusters(), cut in 0.0..1.0_f64,
        ) {
            let whole = take(false, &clusters);
            let cut = (whole.len() as f64 * cut) as usize;
            let mut joiner = Joiner::first();
            let kept = joiner.take(&whole[..cut]);
            let all = blocks(&whole);
            prop_assert!(all.starts_with(&blocks(&kept)));
        }

        #[test]
        fn whatever_else_comes_first_is_kept_as_it_is(bytes in prop::collection::vec(any::<u8>(), 0..200), step in 1_usize..50) {
            prop_assume!(bytes.first().is_some_and(|first| *first != 0x1a));
            let mut joiner = Joiner::first();
            let kept: Vec<u8> = bytes.chunks(step).flat_map(|piece| joiner.take(piece)).collect();
            // A beginning that is no whole number yet may wait for the rest.
            prop_assert!(bytes.starts_with(&kept) && bytes.len() - kept.len() < 4);
            prop_assert!(kept.is_empty() || joiner.next_take().is_none());
        }

        #[test]
        fn nothing_that_looks_like_a_file_breaks_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut joiner = Joiner::after(7);
            let _ = joiner.take(&take(true, &[vec![(0, 2)]]));
            let _ = joiner.take(&bytes);
        }
    }
}
